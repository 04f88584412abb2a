export declare const nodeProblem: (version: string) => string | undefined
export declare const javaMajor: (text: string) => number | undefined
export declare const javaProblem: (major: number | undefined) => string | undefined
export declare const mavenProblem: string
export declare const diskProblem: (freeMb: number, where: string) => string | undefined
export declare const findBrowser: () => string | undefined
export declare const ensureRequirements: (command: 'start' | 'test' | 'check' | 'build') => Promise<string | undefined>
