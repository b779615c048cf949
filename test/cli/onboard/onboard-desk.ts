import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import type { SandboxSettings } from '../../../src/sandbox/settings.ts'
import { callControl } from '../../../src/sandbox/process/call-control.ts'
import { readState } from '../../../src/sandbox/process/state-file.ts'
import { commandBed } from '../command-bed.ts'

type Line = Readonly<Record<string, unknown>>

/** A directory that shows changes at once, where people are onboarded. */
export const onboardDesk = async (t: Test, settings: SandboxSettings = { users: 300, tls: false }) => {
  const bed = await commandBed(t, {}, settings)
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await bed.connection()
  const contoso = {
    ...{ tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0 },
    credential: { kind: 'secret', secret: { file: secretFile } },
  }
  bed.write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  const state = (await readState(await bed.look(async ({ folder }) => folder.folder('sandbox'))))!
  let files = 0
  const rowsOf = (name: string): readonly Line[] =>
    bed
      .textOf(name)
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line)
  /** Onboards the people of a text. */
  const onboard = async (text: string, ...flags: readonly string[]) => {
    files++
    bed.write('people.csv', text)
    bed.write('results.jsonl', '')
    const credentials = `new-${files}.csv`
    const ran = await bed.run(
      ...['onboard', '--from', 'people.csv', '--tenant', 'contoso', '--yes', '--results', 'results.jsonl'],
      ...['--credentials', credentials, '--plain-credentials', ...flags],
    )
    const results = rowsOf('results.jsonl')
      .toSorted(
        (one, other) => Number(one['key']) - Number(other['key']) || Number(one['step']) - Number(other['step']),
      )
      .map(({ key, operation, outcome, code, message }) => ({ key, operation, outcome, code, message }))
    return { ...ran, results, credentials }
  }
  /** Sends a request of somebody else to Graph. */
  const graph = async (method: string, path: string, body?: unknown): Promise<Line> => {
    const form = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: clientId, scope: 'https://graph.microsoft.com/.default' },
      client_secret: readFileSync(secretFile, 'utf8').trim(),
    })
    const signedIn = await fetch(`${authorityUrl}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form })
    const { access_token: token } = (await signedIn.json()) as { readonly access_token: string }
    const reply = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    const text = await reply.text()
    return text === '' ? {} : (JSON.parse(text) as Line)
  }
  return {
    ...bed,
    graph,
    rowsOf,
    onboard,
    /** Units of a product. */
    seats: (sku: string, enabled: number) =>
      callControl(state, 'PUT', '/seats', { sku, enabled, warning: 0, suspended: 0 }),
    /** All units of a product are in their grace period, and cannot be assigned although they are counted. */
    async graceOnly(sku: string): Promise<void> {
      await callControl(state, 'PUT', '/knobs', { warningUnitsAssignable: false })
      await callControl(state, 'PUT', '/seats', { sku, enabled: 0, warning: 1_000, suspended: 0 })
    },
    /** What was handed out, by user principal name. */
    handedOut: (name: string): ReadonlyMap<string, string> =>
      new Map(
        bed
          .textOf(name)
          .trim()
          .split('\n')
          .slice(1)
          .map(line => line.split(','))
          .map(([, user, secret]) => [user!, secret!]),
      ),
  }
}
