import { escaped } from '../core/html.ts'

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: object
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> }
  readonly responses?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema?: object }>> }
    >
  >
}

/** What the page shows of an OpenAPI document. */
export interface ReferenceDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const schemaOf = (schema: object | undefined): string =>
  schema === undefined
    ? ''
    : `<details><summary>Schema</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`

const bodyOf = ({ requestBody }: Operation): string =>
  Object.entries(requestBody?.content ?? {})
    .map(([type, { schema }]) => `<h4>Body</h4><p><code>${escaped(type)}</code></p>${schemaOf(schema)}`)
    .join('')

const parametersOf = ({ parameters = [] }: Operation): string =>
  parameters.length === 0
    ? ''
    : `<h4>Parameters</h4><table><thead><tr><th>Name</th><th>In</th><th>Required</th><th>Schema</th></tr></thead><tbody>${parameters
        .map(
          ({ name, in: place, required, schema }) =>
            `<tr><td><code>${escaped(name)}</code></td><td>${escaped(place)}</td><td>${required ? 'yes' : 'no'}</td><td>${schemaOf(schema)}</td></tr>`,
        )
        .join('')}</tbody></table>`

const repliesOf = ({ responses = {} }: Operation): string =>
  `<h4>Replies</h4><table><thead><tr><th>Status</th><th>Meaning</th><th>Schema</th></tr></thead><tbody>${Object.entries(
    responses,
  )
    .map(
      ([status, { description = '', content = {} }]) =>
        `<tr><td>${escaped(status)}</td><td>${escaped(description)}</td><td>${Object.values(content)
          .map(({ schema }) => schemaOf(schema))
          .join('')}</td></tr>`,
    )
    .join('')}</tbody></table>`

const operationOf = (path: string, method: string, operation: Operation): string =>
  `<section><h3><code>${escaped(method.toUpperCase())} ${escaped(path)}</code></h3><p>${escaped(operation.summary ?? '')}.</p>${
    operation.description ? `<p>${escaped(operation.description)}</p>` : ''
  }${parametersOf(operation)}${bodyOf(operation)}${repliesOf(operation)}</section>`

/** An HTML page with all operations of a document, without scripts. Its style is in a file beside it. */
export const referencePage = ({ info, tags = [], paths = {} }: ReferenceDocument, style: string): string => {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = tags.map(({ name, description = '' }) => {
    const own = all.filter(({ operation }) => operation.tags?.includes(name))
    if (own.length === 0) return ''
    return `<h2 id="${escaped(name)}">${escaped(name)}</h2><p>${escaped(description)}</p>${own
      .map(({ path, method, operation }) => operationOf(path, method, operation))
      .join('')}`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} REST API</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<main>
<h1>${escaped(info.title)} REST API ${escaped(info.version)}</h1>
<p>${escaped(info.description ?? '')}</p>
<p>The same as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
</main>
</body>
</html>
`
}

/** The style of the page, in light and dark. */
export const referenceStyle = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
pre { overflow: auto; max-height: 30rem; font-size: 0.85rem; }
code { font-size: 0.95em; overflow-wrap: anywhere; }
`
