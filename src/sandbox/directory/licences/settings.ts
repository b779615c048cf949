import { EntrapipeError, errorOf } from '../../../core/errors.ts'
import { isFields } from '../../../core/json.ts'
import { catalogueSku } from './skus.ts'

/** A product of the tenant, and who has it at first. Shares are of all users, from 0 to 1. */
export interface SkuSettings {
  /** Part number, such as `SPE_E3`. */
  readonly sku: string
  /** Units. @default those in use, and a fortieth of the users */
  readonly enabled?: number
  /** Units in their grace period. @default 0 */
  readonly warning?: number
  /** @default 0 */
  readonly suspended?: number
  /** Share of the users that have it directly. @default 0 */
  readonly direct?: number
  /** Share that has it by a group. At most two products can have such shares. @default 0 */
  readonly group?: number
  /** Share that has it both ways. @default 0 */
  readonly both?: number
  /** Sets of names of disabled plans, each of an equal part of those who have it directly. @default none is disabled */
  readonly disabledPlans?: readonly (readonly string[])[]
  /** Names of the plans that the group disables. @default none */
  readonly groupDisabledPlans?: readonly string[]
}

/** The licences of a directory at first. Shares of several products may overlap where their sum is above 1. */
export interface LicenceSettings {
  readonly skus: readonly SkuSettings[]
  /** Share of the licensed users that have no usage location. @default 0 */
  readonly withoutUsageLocation?: number
}

const wrong = (message: string): EntrapipeError => new EntrapipeError('OPTION_INVALID', message)

const checkShare = (name: string, value: number | undefined): void => {
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw wrong(`Expected ${name} of licences to be a share from 0 to 1, got ${value}`)
}

const skuNames = [
  ...(['sku', 'enabled', 'warning', 'suspended', 'direct', 'group', 'both'] as const),
  ...(['disabledPlans', 'groupDisabledPlans'] as const),
] satisfies readonly (keyof SkuSettings)[]

const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(each => typeof each === 'string')

/** Parses settings that are JSON. @param name of the file, for messages. @throws EntrapipeError `OPTION_INVALID` */
export const licenceSettingsIn = (text: string, name: string): LicenceSettings => {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw wrong(`${name} is not JSON: ${errorOf(error).message}.`)
  }
  if (!isFields(read) || !Array.isArray(read['skus']))
    throw wrong(`Expected ${name} to be {"skus": [{"sku": "SPE_E3"}]}`)
  const { skus, withoutUsageLocation = 0, ...others } = read
  const [other] = Object.keys(others)
  if (other !== undefined) throw wrong(`${name} has ${other}. Expected skus, withoutUsageLocation or both.`)
  if (typeof withoutUsageLocation !== 'number') throw wrong(`Expected withoutUsageLocation in ${name} to be a number`)
  for (const [at, one] of skus.entries()) {
    const where = `${name}, skus[${at}]`
    if (!isFields(one)) throw wrong(`${where}: expected an object such as {"sku": "SPE_E3"}`)
    for (const [key, value] of Object.entries(one)) {
      if (!skuNames.some(each => each === key))
        throw wrong(`${where} has ${key}. Expected one of ${skuNames.join(', ')}.`)
      const isRight =
        key === 'sku'
          ? typeof value === 'string'
          : key === 'groupDisabledPlans'
            ? isListOfTexts(value)
            : key === 'disabledPlans'
              ? Array.isArray(value) && value.every(isListOfTexts)
              : typeof value === 'number'
      if (!isRight) throw wrong(`${where}: ${key} is ${JSON.stringify(value)}. See docs/sandbox.md.`)
    }
  }
  const settings = read as unknown as LicenceSettings
  checkLicenceSettings(settings)
  return settings
}

/** @throws EntrapipeError `OPTION_INVALID` */
export const checkLicenceSettings = ({ skus, withoutUsageLocation }: LicenceSettings): void => {
  checkShare('withoutUsageLocation', withoutUsageLocation)
  const seen = new Set<string>()
  for (const one of skus) {
    const found = catalogueSku(one.sku)
    if (found?.skuPartNumber !== one.sku)
      throw wrong(
        `Expected sku of licences to be a part number of Microsoft's catalogue, got ${JSON.stringify(one.sku)}`,
      )
    if (seen.has(one.sku)) throw wrong(`Expected each sku of licences once, got ${one.sku} twice`)
    seen.add(one.sku)
    for (const name of ['direct', 'group', 'both'] as const) checkShare(`${name} of ${one.sku}`, one[name])
    if ((one.direct ?? 0) + (one.group ?? 0) + (one.both ?? 0) > 1)
      throw wrong(`Expected direct, group and both of ${one.sku} to be at most 1 together`)
    for (const name of ['enabled', 'warning', 'suspended'] as const)
      if (one[name] !== undefined && !(Number.isInteger(one[name]) && one[name] >= 0))
        throw wrong(`Expected ${name} of ${one.sku} to be a whole number from 0, got ${one[name]}`)
    const plans = new Set(found.plans.map(plan => plan.servicePlanName))
    for (const plan of [...(one.disabledPlans ?? []), one.groupDisabledPlans ?? []].flat())
      if (!plans.has(plan)) throw wrong(`Expected disabledPlans of ${one.sku} to be its plans, got ${plan}`)
  }
  const byGroup = skus.filter(isByGroup)
  if (byGroup.length > 2)
    throw wrong(`Expected at most two SKUs with a share by group, got ${byGroup.map(({ sku }) => sku).join(', ')}`)
}

/** Whether a group assigns the product. */
export const isByGroup = ({ group = 0, both = 0 }: SkuSettings): boolean => group + both > 0
