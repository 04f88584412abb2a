import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { subjectsOf } from '../../../services/platform/bus/subjects.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('schemas', () => {
  it('are generated as committed', () => {
    expect(() => execFileSync(process.execPath, ['schemas/generate.mjs', '--check'], { cwd: root, stdio: 'pipe' })).not.toThrow()
  })

  it('give no field a default of "{}", which the registry takes for something else than Avro', () => {
    for (const [name, schema] of Object.entries(avroSchemas)) expect(schema, name).not.toContain('"default":"{}"')
  })

  it('have one subject for each record of a topic, named after the first record by -value', () => {
    const names = subjectsOf('p.').map((s) => `${s.name} ${s.record} ${s.compatibility}`)
    expect(names).toContain('p.dags-value DagVersion FULL_TRANSITIVE')
    expect(names).toContain('p.dags-ImportError ImportError FULL_TRANSITIVE')
    expect(names).toContain('p.journal-value Decision BACKWARD_TRANSITIVE')
    expect(new Set(names.map((n) => n.split(' ')[0])).size).toBe(names.length)
  })
})
