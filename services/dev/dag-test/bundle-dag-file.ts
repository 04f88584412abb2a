import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MillraceError } from '../../core/errors.ts'
import { type Bundle, bundleFile } from '../../parser/bundle-file.ts'
import { prepareBundleFolder } from '../../sdk/runtime/load-bundle.ts'

/** Bundles a DAG file as the parser does, into a folder where `millrace` and native packages are found. Answers the bundle's path. */
export const bundleDagFile = async (file: string, folder: string): Promise<string> => {
  const path = basename(file)
  const bundled = await bundleFile(realpathSync(dirname(file)), path)
  if (!bundled.ok) {
    const places = bundled.faults.map(({ message, line, column }) => `${file}${line === null ? '' : `:${line}:${column ?? 1}`}: ${message}`)
    throw new MillraceError('bad_dag', places.join('\n'))
  }
  return written(bundled.bundle, join(folder, bundled.bundle.hash.slice(0, 16)))
}

const written = ({ code, native }: Bundle, folder: string): string => {
  prepareBundleFolder(folder)
  for (const [name, target] of native) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    rmSync(link, { force: true })
    symlinkSync(target, link, 'dir')
  }
  const bundle = join(folder, 'bundle.mjs')
  writeFileSync(bundle, code)
  return bundle
}
