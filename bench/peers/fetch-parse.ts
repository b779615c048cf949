/** The upper limit: fetches each page, parses it, counts rows. Prints rows and seconds as JSON. */
const [origin] = process.argv.slice(2)
const began = performance.now()
let rows = 0
let link: string | undefined = `${origin}/v1.0/users?$top=999`
while (link !== undefined) {
  const page = (await (await fetch(link)).json()) as { value: unknown[]; '@odata.nextLink'?: string }
  rows += page.value.length
  link = page['@odata.nextLink']
}
process.stdout.write(JSON.stringify({ rows, seconds: (performance.now() - began) / 1000 }))
