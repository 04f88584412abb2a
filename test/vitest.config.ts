import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { propTimeMs } from './support/prop-runs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

type Kind = 'unit' | 'prop' | 'contract' | 'int' | 'e2e'

interface Limits {
  readonly testTimeoutMs: number
  readonly hookTimeoutMs: number
  /** Needs Kafka, Postgres and the registry: `global-setup.ts` brings them up once and names them in the environment. */
  readonly stack: boolean
  /** These share two cores with a broker and a database: a file at a time keeps their deadlines honest. */
  readonly oneAtATime: boolean
  /** Kinds run one after the other, cheap ones first: what is broken shows early. */
  readonly order: number
}

const kinds: Record<Kind, Limits> = {
  unit: { testTimeoutMs: 30_000, hookTimeoutMs: 30_000, stack: false, oneAtATime: false, order: 0 },
  prop: { testTimeoutMs: propTimeMs(200_000), hookTimeoutMs: 30_000, stack: false, oneAtATime: false, order: 1 },
  contract: { testTimeoutMs: 60_000, hookTimeoutMs: 60_000, stack: true, oneAtATime: true, order: 2 },
  int: { testTimeoutMs: 120_000, hookTimeoutMs: 120_000, stack: true, oneAtATime: true, order: 3 },
  e2e: { testTimeoutMs: 300_000, hookTimeoutMs: 300_000, stack: true, oneAtATime: true, order: 4 },
}

/** `vitest run --config test/vitest.config.ts [--project unit] [path]`. */
export default defineConfig({
  root,
  // Tests import 'millrace' as a DAG file does and get the source, not what was built last.
  resolve: { conditions: ['millrace-source'] },
  ssr: { resolve: { conditions: ['millrace-source'] } },
  test: {
    pool: 'forks',
    // A forgotten `.only` fails the run; `--allowOnly` while one works on it.
    allowOnly: false,
    reporters: ['default'],
    projects: Object.entries(kinds).map(([kind, limits]) => ({
      extends: true,
      test: {
        name: kind,
        include: [`test/${kind}/**/*.${kind}.test.ts`],
        exclude: [...configDefaults.exclude, 'test/fixtures/**'],
        testTimeout: limits.testTimeoutMs,
        hookTimeout: limits.hookTimeoutMs,
        setupFiles: kind === 'prop' ? ['test/support/prop-setup.ts'] : [],
        globalSetup: limits.stack ? ['test/support/global-setup.ts'] : [],
        fileParallelism: !limits.oneAtATime,
        sequence: { groupOrder: limits.order },
      },
    })),
  },
})
