/** What `GET /_sandbox/counters` tells. */
export interface Counters {
  readonly requests: number
  readonly resourceUnits: number
  readonly throttled: number
  readonly writes: {
    readonly attempted: Readonly<Record<string, number>>
    readonly applied: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly refused: Readonly<Record<string, Readonly<Record<string, number>>>>
  }
}

/** What `GET /_sandbox/quotas` tells. */
export interface Quotas {
  readonly quotas: readonly { readonly name: string; readonly used: Readonly<Record<string, number>> }[]
}

const sum = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((all, one) => all + one, 0)

/** Writes by how they ended. */
export const writesIn = ({ writes: { attempted, applied, refused } }: Pick<Counters, 'writes'>) => {
  const total = (by: Counters['writes']['applied']): number => Object.values(by).reduce((all, one) => all + sum(one), 0)
  return { attempted: sum(attempted), applied: total(applied), refused: total(refused) }
}

/** The used share of a quota of an app. */
export const usedShare = ({ quotas }: Quotas, quota: string): number =>
  Math.max(0, ...quotas.filter(({ name }) => name === quota).flatMap(({ used }) => Object.values(used)))
