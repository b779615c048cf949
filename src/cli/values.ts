import { InvalidArgumentError } from 'commander'

/** `a, b,c` as its items. */
export const list = (text: string): readonly string[] => {
  const items = text.split(',').map(item => item.trim())
  if (items.some(item => item === ''))
    throw new InvalidArgumentError(`Expected names separated by commas, got "${text}".`)
  return items
}

/** A parser of whole numbers from `least` on. */
export const whole =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`Expected ${option} to be a whole number from ${least}, got "${text}".`)
    return value
  }
