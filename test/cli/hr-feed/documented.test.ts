import t from 'tap'
import { blocksOf } from '../../markdown.ts'
import { changeDesk } from '../change-desk.ts'

const block = (language: string): string => blocksOf('docs/hr-feeds.md').find(one => one.language === language)!.text
const account = JSON.parse(block('json')) as Readonly<Record<string, unknown>>

/** The properties of an object by path, as a mapping has them. */
const flat = (found: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { onPremisesExtensionAttributes: attributes, ...others } = found
  return {
    ...others,
    'onPremisesExtensionAttributes/extensionAttribute1': (attributes as Readonly<Record<string, unknown>>)[
      'extensionAttribute1'
    ],
  }
}

t.test('the mapping of docs/hr-feeds.md creates the account there, and changes its paths later', async t => {
  const desk = await changeDesk(t, { 'contoso-hr.ts': block('ts'), 'feed.csv': block('csv') })
  const feed = async (credentials: string) => {
    const ran = await desk.run(
      ...['hr-feed', '--from', 'feed.csv', '--mapping', 'contoso-hr.ts', '--tenant', 'sandbox', '--yes'],
      ...['--cloud-joiners', '--credentials', credentials, '--plain-credentials'],
    )
    t.equal(ran.status, 0, ran.stderr)
    const [found] = await desk.people(
      [...new Set(Object.keys(account).map(path => path.split('/')[0]!))].join(','),
      "userPrincipalName eq 'joerg.gross@contoso.com'",
    )
    return flat(found!)
  }
  t.match(await feed('new.csv'), account)
  desk.write('feed.csv', block('csv').replace('4711', '4712'))
  t.match(await feed('later.csv'), { ...account, 'onPremisesExtensionAttributes/extensionAttribute1': '4712' })
})
