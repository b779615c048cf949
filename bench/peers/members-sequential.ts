/** A sequential reader of members: each group in turn, page by page. Prints rows and seconds as JSON. `origin groups`. */
const [origin, groups] = process.argv.slice(2)
const began = performance.now()
let rows = 0
let read = 0
interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink'?: string
}
const pages = async function* (first: string): AsyncGenerator<Page['value']> {
  for (let link: string | undefined = first; link !== undefined;) {
    const page = (await (await fetch(link)).json()) as Page
    yield page.value
    link = page['@odata.nextLink']
  }
}
for await (const some of pages(`${origin}/v1.0/groups?$select=id,displayName&$top=999`))
  for (const { id } of some) {
    if (read++ >= Number(groups)) break
    for await (const members of pages(`${origin}/v1.0/groups/${id}/members?$select=id&$top=999`)) rows += members.length
  }
process.stdout.write(JSON.stringify({ rows, seconds: (performance.now() - began) / 1000 }))
