import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import createClient from 'openapi-fetch'
import openapiTS, { astToString } from 'openapi-typescript'
import t from 'tap'
import ts from 'typescript'
import { root } from '../house/source-files.ts'
import { serverBed } from './server-bed.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

interface Described {
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly responses: Readonly<Record<string, unknown>>
}

t.test('a validator of OpenAPI 3.1 accepts the document, which anyone may read', async t => {
  const bed = await serverBed(t)
  const { status, body } = await bed.call('GET', '/api/openapi.json', { token: null })
  t.equal(status, 200)
  const checked = await new Validator().validate(body)
  t.strictSame([checked.valid, checked.errors ?? []], [true, []])
  t.match(body, { openapi: '3.1.0', components: { schemas: { Problem: { type: 'object' } } } })
})

t.test('each operation has a summary, a tag and its replies', async t => {
  const bed = await serverBed(t)
  const { paths } = (await bed.call('GET', '/api/openapi.json')).body as Document
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { summary, tags, responses }] of Object.entries(methods)) {
      const name = `${method} ${path}`
      t.ok(summary && tags?.length === 1, name)
      t.ok(
        Object.keys(responses).some(code => code.startsWith('2')),
        name,
      )
      if (path.startsWith('/api/')) t.ok('401' in responses && '429' in responses, name)
    }
})

t.test('the page of the API shows each operation, and loads nothing from elsewhere', async t => {
  const bed = await serverBed(t)
  const { paths } = (await bed.call('GET', '/api/openapi.json')).body as Document
  const { text, headers } = await bed.call('GET', '/api', { token: null })
  t.match(headers['content-type'], /^text\/html/)
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods)) t.ok(text.includes(`<code>${method.toUpperCase()} ${path}</code>`), path)
  t.strictSame(
    [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to]) => to),
    ['/api/reference.css', '/api/openapi.json'],
  )
  t.notMatch(text, /<script|style=/)
  t.equal((await bed.call('GET', '/api/reference.css', { token: null })).status, 200)
})

t.test('a client that is generated from the document is typed, and works', async t => {
  const bed = await serverBed(t)
  const { body } = await bed.call('GET', '/api/openapi.json')
  const types = astToString(await openapiTS(body as never))
  const program = (call: string): string => `
import createClient from 'openapi-fetch'
import type { paths } from './api.ts'
const client = createClient<paths>({ baseUrl: '' })
export const made = ${call}
`
  const folder = t.testdir({
    'api.ts': types,
    'right.ts': program(`(await client.GET('/api/me')).data?.name.toUpperCase()`),
    'wrong.ts': program(`await client.POST('/api/access', { body: { name: 1 } })`),
  })
  const errorsIn = (name: string): readonly string[] =>
    ts
      .getPreEmitDiagnostics(
        ts.createProgram([join(folder, name)], {
          ...{ noEmit: true, strict: true, skipLibCheck: true, allowImportingTsExtensions: true, types: [] },
          module: ts.ModuleKind.NodeNext,
          moduleResolution: ts.ModuleResolutionKind.NodeNext,
          target: ts.ScriptTarget.ES2022,
          lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
          baseUrl: root,
        }),
      )
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
  t.strictSame(errorsIn('right.ts'), [])
  t.match(errorsIn('wrong.ts'), [/number/])

  interface Paths {
    readonly '/api/me': {
      readonly get: {
        readonly responses: {
          readonly 200: { readonly content: { readonly 'application/json': { readonly name: string } } }
        }
      }
    }
  }
  const client = createClient<Paths>({ baseUrl: bed.url, headers: { authorization: `Bearer ${bed.token}` } })
  t.equal((await client.GET('/api/me')).data?.name, 'ann')
})
