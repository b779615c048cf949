import { createHmac } from 'node:crypto'
import { Agent, request, type Dispatcher } from 'undici'
import type { Message } from './message.ts'
import { expectPublicHost, lookupPublic } from './public-address.ts'
import type { OpenWebhook } from './settings.ts'

const timeoutMs = 15_000
const mostConnections = 4

/** Sends messages to one webhook. */
export interface Sender {
  /** @throws Error with the reason, without secrets */
  send(message: Message, atMs: number): Promise<void>
  close(): Promise<void>
}

/** The signature of Standard Webhooks: HMAC-SHA256 over id, timestamp in seconds and body. */
const signatureOf = (key: Buffer, id: string, seconds: number, body: string): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`

/**
 * Sends messages to a webhook as Standard Webhooks (https://www.standardwebhooks.com) has it, over https and without following a
 * redirect. Only public addresses are connected to, unless its settings allow others.
 */
export const webhookSender = ({ url, key, privateAddresses, authorities }: OpenWebhook): Sender => {
  const { hostname } = new URL(url)
  const agent: Dispatcher = new Agent({
    connections: mostConnections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      timeout: timeoutMs,
      ...(authorities ? { ca: [...authorities] } : {}),
      ...(privateAddresses ? {} : { lookup: lookupPublic }),
    },
  })
  return {
    async send(message, atMs) {
      if (!privateAddresses) expectPublicHost(hostname)
      const body = JSON.stringify(message)
      const seconds = Math.floor(atMs / 1000)
      const { statusCode, body: answer } = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'entrapipe',
          'webhook-id': message.id,
          'webhook-timestamp': String(seconds),
          'webhook-signature': signatureOf(key, message.id, seconds, body),
        },
        body,
      })
      await answer.dump()
      if (statusCode >= 200 && statusCode < 300) return
      throw new Error(
        statusCode >= 300 && statusCode < 400
          ? `it answered ${statusCode}, and redirects are not followed`
          : `it answered ${statusCode}`,
      )
    },
    close: () => agent.destroy(),
  }
}
