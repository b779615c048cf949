// Writes the published JSON schemas of manifests from the types in src/core: docs/manifest.schema.json and
// docs/manifest-set.schema.json. With --check, says whether they are up to date instead. In JavaScript, so that the types of the
// project can be checked without the generator.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { createGenerator } from 'ts-json-schema-generator'

const root = new URL('..', import.meta.url)
const at = name => fileURLToPath(new URL(name, root))

const schemas = [
  { type: 'Manifest', from: 'src/core/manifest.ts', to: 'docs/manifest.schema.json', title: 'Manifest of entrapipe' },
  {
    type: 'ManifestSet',
    from: 'src/core/manifest-set.ts',
    to: 'docs/manifest-set.schema.json',
    title: 'Set of manifests of entrapipe',
  },
]

/** Numbers of a manifest count something. Only resource units may have a fraction. */
const counting = (key, value) =>
  key !== 'units' && value !== null && typeof value === 'object' && value.type === 'number'
    ? { ...value, type: 'integer', minimum: 0 }
    : value

const made = async ({ type, from, to, title }) => {
  const generator = createGenerator({ path: at(from), tsconfig: at('tsconfig.json'), type, skipTypeCheck: true })
  const { $schema, $ref, definitions } = generator.createSchema(type)
  // What parts say of themselves has any values.
  const { Json, ...own } = definitions
  const schema = { $schema, title, $ref, definitions: { ...JSON.parse(JSON.stringify(own), counting), Json } }
  const path = at(to)
  return format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path })
}

let stale = 0
for (const schema of schemas) {
  const text = await made(schema)
  const path = at(schema.to)
  if (!process.argv.includes('--check')) writeFileSync(path, text)
  else if (text !== readFileSync(path, 'utf8')) stale++
}
process.exitCode = stale > 0 ? 1 : 0
