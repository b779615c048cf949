import { thousands } from '../../core/thousands.ts'

/** The price of a unit for a month. */
export interface Price {
  /** In ten-thousandths of the currency, so that sums are exact; undefined if it is not known. */
  readonly amount: number | undefined
  /** Three letters (ISO 4217); empty if there is no amount either. */
  readonly currency: string
}

/** Ten-thousandths in one unit of a currency. */
const scale = 10_000

/** Prices by `skuId`. */
export type Prices = ReadonlyMap<string, Price>

/** Parses a price such as `36`, `36.5` or `36.0042`, in ten-thousandths; undefined for any other text. */
export const amountIn = (text: string): number | undefined => {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(text) ?? []
  return whole === undefined ? undefined : Number(whole) * scale + Number(fraction.padEnd(4, '0'))
}

/** An amount as a number of the currency. */
export const amountNumber = (amount: number): number => amount / scale

/** The inverse of `amountNumber`, without what binary fractions add. */
export const amountOf = (value: number): number => Math.round(value * scale)

/** `1,234.50`: two digits after the point, or as many as it has. */
export const amountText = (amount: number): string => {
  const size = Math.abs(amount)
  const whole = thousands(Math.floor(size / scale))
  const fraction = String(size % scale)
    .padStart(4, '0')
    .replace(/0{1,2}$/, '')
  return `${amount < 0 ? '-' : ''}${whole}.${fraction}`
}
