export interface FixtureServer {
  readonly url: string
  /** Cuts every live stream. */
  readonly drop: () => void
  readonly close: () => Promise<void>
}

export const startFixtureServer: (port?: number, dist?: string) => Promise<FixtureServer>
