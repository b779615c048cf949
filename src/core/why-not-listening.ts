import { systemCode } from './errors.ts'

const otherHost = 'Choose an address of this machine with --host, such as 127.0.0.1.'
const reasons: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  EADDRINUSE: ['the port is in use', 'Choose another port with --port, or 0 for a free one.'],
  EACCES: ['permission denied', 'Choose a port from 1024 with --port, or 0 for a free one.'],
  EADDRNOTAVAIL: ['the address does not belong to this machine', otherHost],
  ENOTFOUND: ['the address was not found', otherHost],
  EAI_AGAIN: ['the address lookup failed', otherHost],
  EINVAL: ['the address is invalid', otherHost],
}

/** Why a server cannot listen, and what to do, from the error of its socket. */
export const whyNotListening = (error: unknown): readonly [why: string, fix: string] =>
  reasons[systemCode(error) ?? ''] ?? [
    String(error),
    'Choose another address with --host, or another port with --port.',
  ]
