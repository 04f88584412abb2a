interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly optional?: boolean; readonly devOptional?: boolean }>
  >
}
export declare const isInstalled: (lock: Lock, installed: Lock | undefined) => boolean
export declare const installPackages: () => Promise<void>
