import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobOf } from '../../src/sandbox/resources/provisioning.ts'
import { created } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

const pipelineFor = (servicePrincipal: string, job: string): string => `import { pipeline, plan, text } from 'entrapipe'
import { bulkUpload } from 'entrapipe/sinks/bulk-upload'
import { jsonl } from 'entrapipe/sources/jsonl'
export default pipeline({
  summary: 'Uploads people.',
  params: { from: text('file') },
  make: ({ from }) => plan({
    source: jsonl({ from }),
    sink: bulkUpload({ servicePrincipal: '${servicePrincipal}', job: '${job}' }),
  }),
})
`

/** Rows of one request. */
const rowsPerUpload = 50

/** How late the provisioning service begins, and how late its log is: as much shorter as the lag. */
const serviceMs = 20

/** People are uploaded, of whom half have accounts, and then half of them leave. */
export const uploadTrials = async (stage: Stage, rows: number): Promise<readonly Trial[]> => {
  const { directory, domain, folder } = stage
  await stage.control('PUT', '/knobs', { writeMs: 5, provisioningCycleMs: serviceMs, provisioningLogMs: serviceMs })
  const users = directory.collection('user')
  const upnOf = (at: number): string => `person${at}@${at % 40 === 7 ? 'unverified.example' : domain}`
  const has = (at: number): boolean => at % 2 === 0
  const idOf = (at: number): string => `E${at}`
  created(stage, 'user', rows, at => [
    {
      do: 'create',
      kind: 'user',
      values: {
        userPrincipalName: has(at) ? upnOf(at) : `other${at}@${domain}`,
        displayName: `Person ${at}`,
        mailNickname: `person${at}`,
        accountEnabled: true,
        ...(has(at) && { employeeId: idOf(at), department: at % 4 === 0 ? 'Sales' : 'Before' }),
      },
    },
  ])
  const [app] = directory.collection('servicePrincipal').slice({ order: 'default', view: 'truth' }, 1, ['id']).ids
  writeFileSync(join(folder, 'upload.ts'), pipelineFor(app!, jobOf(directory, app!)))
  const accounts = (): ReadonlyMap<string, string> =>
    new Map(
      [...directory.truthOf('user')].flatMap(({ id }): [string, string][] => {
        const employeeId = users.get(id, 'truth')?.['employeeId']
        return typeof employeeId === 'string' ? [[employeeId, id]] : []
      }),
    )
  const trial = (name: string, file: string, wanted: (at: number) => Readonly<Record<string, unknown>>): Trial => {
    const path = join(folder, file)
    writeFileSync(
      path,
      Array.from(
        { length: rows },
        (_, at) =>
          `${JSON.stringify({ employeeId: idOf(at), userPrincipalName: upnOf(at), displayName: `Person ${at}`, ...wanted(at) })}\n`,
      ).join(''),
    )
    return {
      name,
      args: ['run', './upload.ts', '--from', path],
      writes: ['POST /servicePrincipals/*/synchronization/jobs/*/bulkUpload'],
      rowsPerWrite: rowsPerUpload,
      rival(place, isUnderWay) {
        const id = accounts().get(idOf(place))
        // What the service skips, nobody can tell from what somebody else did meanwhile.
        const values = isUnderWay ? { officeLocation: `Room ${directory.generation}` } : wanted(place)
        return id !== undefined && mutate(stage, { do: 'update', kind: 'user', id, values })
      },
      judge() {
        const deeds = deedsBy()
        for (const { id, by } of directory.truthOf('user'))
          for (const { what, client } of by) if (what === 'created' || what === 'updated') deeds.add(id, client)
        const found = accounts()
        return ({ value }) => {
          const externalId = String((value['user'] as { readonly externalId?: string } | undefined)?.externalId)
          const at = Number(externalId.slice(1))
          const id = found.get(externalId)
          const account = id === undefined ? undefined : users.get(id, 'truth')
          return {
            deeds: id === undefined ? [] : deeds.of(id),
            mustBeDone: false,
            isAsWanted: Object.entries(wanted(at)).every(([property, now]) => account?.[property] === now),
          }
        }
      },
      ended: books =>
        books.flatMap(({ key, outcome, value }) => {
          const { externalId } = value['user'] as { readonly externalId: string }
          const isBad = upnOf(Number(externalId.slice(1))).endsWith('.example')
          return (outcome === 'failed') === isBad ? [] : [`row ${key} of ${externalId} is ${outcome}`]
        }),
      again: 'unchanged',
    }
  }
  return [
    trial('upload people', 'people.jsonl', () => ({ department: 'Sales', accountEnabled: true })),
    trial('upload leavers', 'leavers.jsonl', at => ({ department: 'Sales', accountEnabled: at % 2 === 0 })),
  ]
}
