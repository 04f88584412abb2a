/** A DAG file and what it imports -> one ES module whose text depends on their content alone: not on where they lie, nor on when or by whom it is made. */
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type BuildFailure, type BuildResult, build, type Message, type Metafile, stop } from 'esbuild'
import { fault, type ImportFault } from './import-fault.ts'
import { makeNativePackages } from './native-packages.ts'
import { yamlImports } from './yaml-imports.ts'

export interface Bundle {
  /** sha256 of the code, hex. */
  readonly hash: string
  readonly code: string
  readonly gzipped: Buffer
  /** Native packages by name, and where they lie here. */
  readonly native: ReadonlyMap<string, string>
  /** Files it was made of, absolute. */
  readonly inputs: readonly string[]
  /** It uses 'millrace': else it is no DAG file, only something that lies among them. */
  readonly usesMillrace: boolean
}

export type Bundled = { readonly ok: true; readonly bundle: Bundle } | { readonly ok: false; readonly faults: readonly ImportFault[] }

export const maxBundleBytes = 8_000_000

const zip = promisify(gzip)

/** `path` is relative to `folder` (absolute, without symbolic links). */
export const bundleFile = async (folder: string, path: string): Promise<Bundled> => {
  const native = makeNativePackages()
  try {
    let built = await buildFile(folder, path, native.plugin, false)
    // CommonJS packages ask for require(), which a module has not. Only then: a file that declares one itself would clash with ours.
    if (codeOf(built).includes('Dynamic require of "')) built = await buildFile(folder, path, native.plugin, true)
    const code = codeOf(built)
    const gzipped = await zip(code, { level: 9 })
    if (gzipped.length > maxBundleBytes) return { ok: false, faults: [tooBig(gzipped.length, built.metafile)] }
    return {
      ok: true,
      bundle: {
        hash: createHash('sha256').update(code).digest('hex'),
        code,
        gzipped,
        native: new Map(native.found),
        inputs: Object.keys(built.metafile.inputs).map((input) => resolve(folder, input)),
        usesMillrace: Object.values(built.metafile.outputs).some((output) => output.imports.some((each) => each.external && each.path === 'millrace')),
      },
    }
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    return { ok: false, faults: error.errors.map((message) => faultOf(message, path)) }
  }
}

/** Ends esbuild's own process; the next build starts another. */
export const stopBundling = (): Promise<void> => stop()

const requireBanner =
  "import { createRequire as __millraceRequire } from 'node:module'; import { fileURLToPath as __millracePath } from 'node:url'; " +
  "const require = __millraceRequire(import.meta.url), __filename = __millracePath(import.meta.url), __dirname = __millracePath(new URL('.', import.meta.url));"

type Built = BuildResult & { readonly metafile: Metafile }

const buildFile = async (folder: string, path: string, plugin: ReturnType<typeof makeNativePackages>['plugin'], withRequire: boolean): Promise<Built> =>
  build({
    absWorkingDir: folder,
    entryPoints: [`./${path}`],
    // Never written; it makes the paths in the source map relative to the folder.
    outfile: join(folder, 'bundle.mjs'),
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['millrace'],
    plugins: [plugin, yamlImports],
    sourcemap: 'inline',
    sourcesContent: false,
    metafile: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
    // What lies above the folder must not change the bundle.
    tsconfigRaw: { compilerOptions: { target: 'es2022', useDefineForClassFields: true } },
    ...(withRequire ? { banner: { js: requireBanner } } : {}),
  })

const codeOf = (built: BuildResult): string => built.outputFiles?.[0]?.text ?? ''

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors)

const faultOf = ({ text, location, notes }: Message, path: string): ImportFault => {
  const missing = /^Could not resolve "([^"]+)"/.exec(text)?.[1]
  const remedy = missing === undefined ? '' : missing.startsWith('.') ? ': there is no such file' : `: install it beside the DAGs (npm install ${missing})`
  if (location === null) return fault(`${text}${remedy}`)
  const elsewhere = location.file === path ? '' : ` (${location.file}, line ${location.line})`
  const frame = [
    `${location.file}:${location.line}:${location.column + 1}`,
    `    ${location.lineText}`,
    `    ${' '.repeat(location.column)}${'~'.repeat(Math.max(1, location.length))}`,
  ]
  return fault(`${text}${remedy}${elsewhere}`, {
    line: elsewhere === '' ? location.line : null,
    column: elsewhere === '' ? location.column + 1 : null,
    stack: [...frame, ...notes.map((note) => note.text)].join('\n'),
  })
}

const tooBig = (bytes: number, metafile: Metafile): ImportFault => {
  const packages = new Map<string, number>()
  for (const output of Object.values(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input.slice(input.lastIndexOf('node_modules')))?.[1] ?? input
      packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
    }
  const biggest = [...packages].sort(([, a], [, b]) => b - a).slice(0, 5)
  const named = biggest.map(([name, size]) => `${name} (${(size / 1e6).toFixed(1)} MB)`).join(', ')
  return fault(
    `the file's code is ${(bytes / 1e6).toFixed(1)} MB gzipped, at most ${maxBundleBytes / 1e6} MB are allowed. The biggest parts: ${named}. Import less of them, or read data from a file or a service instead`,
  )
}
