import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from '../../core/json.ts'

/** Opaque tokens that only the holder of the key can create. A token that was changed cannot be opened. */
export interface Tokens {
  seal(value: Json): string
  /** Returns undefined if the token was not created with this key. */
  open(token: string): Json | undefined
}

/** Graph's page tokens begin with these bytes, `RFNwdAIA` in base64. */
const magic = Buffer.from([0x44, 0x53, 0x70, 0x74, 0x02, 0x00])
const macBytes = 16

/** Tokens are signed, not encrypted: values must not contain secrets. */
export const createTokens = (key: Uint8Array | string): Tokens => {
  const mac = (bytes: Uint8Array): Buffer => createHmac('sha256', key).update(bytes).digest().subarray(0, macBytes)
  return {
    seal(value) {
      const body = Buffer.concat([magic, Buffer.from(JSON.stringify(value))])
      return Buffer.concat([body, mac(body)]).toString('base64url')
    },
    open(token) {
      if (!/^[\w-]+$/.test(token)) return undefined
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length <= magic.length + macBytes || bytes.toString('base64url') !== token) return undefined
      const body = bytes.subarray(0, -macBytes)
      if (!timingSafeEqual(mac(body), bytes.subarray(-macBytes))) return undefined
      return JSON.parse(body.subarray(magic.length).toString()) as Json
    },
  }
}
