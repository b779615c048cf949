import { decisionRows } from './decision-rows.ts'
import { freeNames, named, taken } from './free-names.ts'
import type { Mapping } from './mapping.ts'
import { isAlike, isOfChangedName, kept, openName, unnamedPeople, type Open } from './open-names.ts'
import type { TakenElsewhere } from './taken-names.ts'
import type { Tables } from './tables.ts'

const newPeople = "d.class = 'joiner' and json_extract(d.value, '$.action') = 'create'"
const peopleWhoStay =
  "d.class in ('mover', 'leave', 'rehire', 'unchanged') and a.synced <> 1 and p.standing <> 'leaver'"

/** Gives names to joiners, and to people whose name has changed. A name is free if no live or deleted object has it. */
export const decideNames = async (tables: Tables, mapping: Mapping, elsewhere: TakenElsewhere): Promise<void> => {
  const rows = decisionRows(tables)
  const free = freeNames(tables)

  /** Names that a person may have are asked for in rounds, the first free one of everybody at once. */
  const settle = async (all: readonly Open[]): Promise<void> => {
    for (let open = all; open.length > 0;) {
      const asked: (readonly [Open, string])[] = []
      tables.write(() => {
        for (const one of open) {
          const name = free.next(one)
          if (typeof name !== 'string') {
            rows.update(one.n, name)
            continue
          }
          free.reserve(name, one)
          asked.push([one, name])
        }
      })
      const addresses = asked.filter(([, name]) => name.includes('@')).map(([, name]) => name)
      const found = addresses.length === 0 ? new Map<string, string>() : await elsewhere(addresses)
      const again: Open[] = []
      tables.write(() => {
        for (const [one, name] of asked)
          if (!found.has(name)) rows.update(one.n, named(mapping, one, name))
          else if (one.origin !== 'patterns') rows.update(one.n, taken(one, name, found.get(name)!))
          else again.push(one)
      })
      open = again
    }
  }

  for (const property of ['userPrincipalName', 'mailNickname', 'mail'] as const) {
    if (property === 'mailNickname' && !mapping.generated.has(property)) continue
    for (const page of unnamedPeople(tables, newPeople))
      await settle(page.flatMap(one => openName(mapping, property, one)))
  }
  if (mapping.renames)
    for (const page of unnamedPeople(tables, peopleWhoStay)) {
      const strange = page
        .flatMap(one => openName(mapping, 'userPrincipalName', one))
        .filter(one => !isAlike(mapping, one))
      const [changed, others] = [true, false].map(is => strange.filter(one => isOfChangedName(mapping, one) === is))
      tables.write(() => others!.forEach(one => rows.update(one.n, kept(one))))
      await settle(changed!)
    }
}
