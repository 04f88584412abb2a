// Writes src/api/generated/openapi.ts from schemas/http/openapi.json. openapi-typescript needs an older TypeScript beside it, so npm runs both from its cache.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = ['--package=openapi-typescript@7.13.0', '--package=typescript@5.9.3']
execFileSync('npm', ['exec', '--yes', ...packages, '--', 'openapi-typescript', 'schemas/http/openapi.json', '-o', 'services/ui/src/api/generated/openapi.ts'], {
  cwd: root,
  stdio: 'inherit',
})
