import { readFileSync } from 'node:fs'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { SandboxState } from './state-file.ts'

const timeoutMs = 5_000

/** Calls the control endpoint of a running sandbox and returns the parsed reply. Rejects on no reply and on any status but 200. */
export const callControl = (
  state: Pick<SandboxState, 'controlUrl' | 'controlKey' | 'caFile'>,
  method: string,
  path = '',
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> => {
  const url = new URL(`${state.controlUrl}${path}`)
  const isSecure = url.protocol === 'https:'
  const options = {
    method,
    agent: false,
    timeout: timeoutMs,
    headers: { 'x-sandbox-key': state.controlKey, 'content-type': 'application/json' },
    // The certificate is our own and names loopback only, whatever address the sandbox listens on.
    ...(isSecure && state.caFile ? { ca: readFileSync(state.caFile), checkServerIdentity: () => undefined } : {}),
  } as const
  return new Promise((resolve, reject) => {
    const call = (isSecure ? secure : plain)(url, options, reply => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.on('error', reject)
      reply.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        if (reply.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`The sandbox's control endpoint answered ${reply.statusCode}: ${text.slice(0, 200)}`))
      })
    })
    call.on('timeout', () => call.destroy(new Error(`No reply from ${url.origin} within ${timeoutMs} ms`)))
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Whether the sandbox of a state file is running and not about to stop. */
export const answers = async (state: SandboxState): Promise<boolean> => {
  const reply = await callControl(state, 'GET').catch(() => undefined)
  return reply !== undefined && reply['pid'] === state.pid && reply['stopping'] === false
}
