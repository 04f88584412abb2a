type Snapshot = Readonly<Record<string, string>>
export declare const isSame: (before: Snapshot | undefined, now: Snapshot) => boolean
export declare const hasLost: (before: Snapshot | undefined, now: Snapshot) => boolean
export declare const build: () => Promise<void>
