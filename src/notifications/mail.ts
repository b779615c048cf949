import { createTransport } from 'nodemailer'
import { subjectOf, textOf } from './message.ts'
import type { OpenMailServer } from './settings.ts'
import type { Sender } from './webhook.ts'

const timeoutMs = 30_000
const ports = { starttls: 587, implicit: 465, none: 25 }

/** Sends messages as mails. @param to addresses */
export const mailSender = (to: readonly string[], server: OpenMailServer): Sender => {
  const { host, tls = 'starttls', port = ports[tls], user, password, from, authorities } = server
  const transport = createTransport({
    ...{ host, port, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...(authorities ? { tls: { ca: [...authorities] } } : {}),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // Nothing of a message may name a file or a URL that the server would read.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })
  const domain = from
    .replace(/>?\s*$/, '')
    .split('@')
    .at(-1)!
  return {
    async send(message, atMs) {
      await transport.sendMail({
        from,
        to: [...to],
        // A mail that is sent again is recognized by it.
        messageId: `<${message.id.replaceAll('/', '-')}@${domain}>`,
        date: new Date(atMs),
        subject: subjectOf(message),
        text: textOf(message),
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    async close() {
      transport.close()
    },
  }
}
