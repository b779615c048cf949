import type { Clock } from '../core/clock.ts'
import type { Notice } from '../jobs/notices.ts'
import type { Tables } from '../store/tables/tables.ts'
import { deliveriesIn, type Delivery } from './deliveries.ts'
import { mailSender } from './mail.ts'
import { messageOf } from './message.ts'
import type { NotificationSettings, OpenTarget } from './settings.ts'
import { webhookSender, type Sender } from './webhook.ts'

/** Tells others how jobs ended. */
interface Notifier {
  /** Sends what is to be sent now. */
  look(): Promise<void>
  /** Stops at once. What has not arrived is sent by the next server. */
  close(): Promise<void>
}

interface NotifierOptions {
  readonly tables: Tables
  readonly clock: Clock
  /** @default nobody is notified */
  readonly settings?: NotificationSettings | undefined
  /** URL of the page, where the settings have none. */
  readonly url: string
  /** What could not be sent, for the log. */
  readonly say: (line: string) => void
}

const lookEveryMs = 5000

/** Whether somebody wants a notice. */
const wants = ({ events = ['ended', 'approval'], tenants, pipelines }: OpenTarget, notice: Notice): boolean => {
  const isAsked =
    notice.type === 'job.awaiting-approval'
      ? events.includes('approval')
      : events.includes('ended') || (notice.isProblem && events.includes('problems'))
  return isAsked && (tenants?.includes(notice.tenant) ?? true) && (pipelines?.includes(notice.pipeline) ?? true)
}

const senderOf = (target: OpenTarget): Sender =>
  'webhook' in target ? webhookSender(target.webhook) : mailSender(target.mail, target.server)

/** The message alone: other fields of an error may hold what was sent. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message
}

/** Opens what sends notices. Each arrives at least once; its id identifies a repeated one. */
export const openNotifier = ({ tables, clock, settings, url, say }: NotifierOptions): Notifier => {
  const closed = new AbortController()
  const targets = settings?.targets ?? []
  const senders = new Map(targets.map(target => [target.name, senderOf(target)]))
  const deliveries = deliveriesIn(tables, clock)
  const link = settings?.link ?? url
  const closing = new Promise<never>((_, reject) =>
    closed.signal.addEventListener('abort', () => reject(new Error('The server is stopping.'))),
  )
  closing.catch(() => undefined)

  const deliver = async (delivery: Delivery): Promise<void> => {
    const { target, notice, id } = delivery
    const sender = senders.get(target)
    try {
      // A target may have been removed from the settings.
      await Promise.race([sender?.send(messageOf(notice, link), clock.now()), closing])
    } catch (error) {
      // Nobody knows whether it arrives: the next server sends it again.
      if (closed.signal.aborted) return
      const at = await deliveries.postpone(delivery)
      const next = at === undefined ? 'It is given up.' : `It is tried again at ${new Date(at).toISOString()}.`
      say(`Notice ${id} did not reach ${target}: ${reasonOf(error)}. ${next}`)
      return
    }
    await deliveries.forget(delivery)
  }

  return {
    async look() {
      await deliveries.accept(notice => targets.filter(target => wants(target, notice)).map(({ name }) => name))
      let claimed: readonly Delivery[]
      do {
        claimed = await deliveries.claim()
        await Promise.all(claimed.map(deliver))
      } while (claimed.length > 0 && !closed.signal.aborted)
    },
    async close() {
      closed.abort()
      await Promise.all([...senders.values()].map(sender => sender.close()))
    },
  }
}

/** Sends notices as they come, until it is stopped. */
export const startNotifier = (options: NotifierOptions): { stop(): Promise<void> } => {
  const { clock, say } = options
  const notifier = openNotifier(options)
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await notifier
        .look()
        .catch((error: unknown) => say(`Notices cannot be sent now, which is tried again: ${String(error)}`))
      await clock.sleep(lookEveryMs, stopped.signal).catch(() => undefined)
    }
  }
  const running = run()
  return {
    async stop() {
      stopped.abort()
      await notifier.close()
      await running
    },
  }
}
