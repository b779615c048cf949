import type { Json } from '../../core/json.ts'
import type { HeldProduct } from './held-products.ts'

/** Numbers of users. Those of a product are the users who take a unit of it. */
interface UserCounts {
  readonly users: number
  /** Null if sign-ins are not known. */
  readonly unused: number | null
  readonly neverSignedIn: number | null
  readonly contained: number
  readonly twice: number
}

/** Counts the users of a report: in all, by product, and by department. Memory grows with the departments, not with the users. */
export interface Tally {
  add(department: string | null, held: readonly HeldProduct[]): void
  /** Each user once. */
  total(): UserCounts
  /** By `skuId`, in lower case. */
  products(): ReadonlyMap<string, UserCounts>
  /** By name, null without one; each with its users once, and by product. */
  departments(): readonly (readonly [name: string | null, all: UserCounts, products: ReadonlyMap<string, UserCounts>])[]
  /** Whether some departments are counted together, since there are too many. */
  readonly isOver: boolean
  save(): Json
}

/** Users, unused, never signed in, contained, twice. */
type Numbers = [number, number, number, number, number]

/** A group of users. */
interface Group {
  readonly all: Numbers
  readonly products: { [sku: string]: Numbers }
}

interface Saved {
  readonly total: Group
  readonly departments: readonly (readonly [string | null, Group])[]
}

/** Departments beyond these are counted as one, of this name. */
export const mostDepartments = 10_000
/** Name of the departments that are counted as one. */
export const otherDepartments = '(other departments)'

/** @param saved what `save` returned */
export const tally = (hasSignIns: boolean, saved?: Json): Tally => {
  const from = saved as unknown as Saved | undefined
  const total = from?.total ?? emptyGroup()
  const departments = new Map<string | null, Group>(from?.departments ?? [])
  const groupOf = (name: string | null): Group => {
    const known = departments.get(name)
    if (known) return known
    const place = departments.size >= mostDepartments ? otherDepartments : name
    const group = departments.get(place) ?? emptyGroup()
    departments.set(place, group)
    return group
  }
  const countsOf = ([users, unused, neverSignedIn, contained, twice]: Numbers): UserCounts => ({
    users,
    unused: hasSignIns ? unused : null,
    neverSignedIn: hasSignIns ? neverSignedIn : null,
    contained,
    twice,
  })
  const productsIn = ({ products }: Group) =>
    new Map(Object.entries(products).map(([sku, numbers]) => [sku, countsOf(numbers)]))
  return {
    add(department, held) {
      if (held.length === 0) return
      for (const { all, products } of [total, groupOf(department)]) {
        count(all, held)
        for (const one of held) count((products[one.sku] ??= emptyNumbers()), [one])
      }
    },
    total: () => countsOf(total.all),
    products: () => productsIn(total),
    departments: () => [...departments].map(([name, group]) => [name, countsOf(group.all), productsIn(group)] as const),
    get isOver() {
      return departments.has(otherDepartments)
    },
    save: () => ({ total, departments: [...departments] }) as unknown as Json,
  }
}

const emptyNumbers = (): Numbers => [0, 0, 0, 0, 0]
const emptyGroup = (): Group => ({ all: emptyNumbers(), products: {} })

/** Counts a user once, for what any of the products has. */
const count = (numbers: Numbers, held: readonly HeldProduct[]): void => {
  const use = held[0]!.use
  numbers[0]++
  if (use === 'unused') numbers[1]++
  if (use === 'neverSignedIn') numbers[2]++
  if (held.some(({ containedIn }) => containedIn.length > 0)) numbers[3]++
  if (held.some(({ twiceBy }) => twiceBy.length > 0)) numbers[4]++
}
