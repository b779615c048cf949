import { EntrapipeError } from '../../core/errors.ts'
import { placedAt, placedOutput } from '../../core/named-places.ts'
import type { ChildOrder } from '../../jobs/child-messages.ts'
import type { Cli } from '../cli.ts'
import { namedPlaces } from '../server/named-places.ts'

/**
 * The params of a job, with the folders of named places. `hidden` has the name that stands for each folder.
 *
 * @throws EntrapipeError `CONFIG_INVALID` for a place that this machine lacks
 */
export const atPlaces = async (
  { params, places: outputs = {}, tenant }: ChildOrder,
  cli: Pick<Cli, 'environment' | 'config'>,
): Promise<{ readonly params: ChildOrder['params']; readonly hidden: Map<string, string> }> => {
  const hidden = new Map<string, string>()
  if (Object.keys(outputs).length === 0) return { params, hidden }
  const places = await namedPlaces(cli)
  const resolved: Record<string, string> = {}
  for (const [param, output] of Object.entries(outputs)) {
    const { place, name } = placedOutput(output)!
    const folder = Object.hasOwn(places, place) ? places[place]! : undefined
    if (folder === undefined)
      throw new EntrapipeError('CONFIG_INVALID', `The configuration of this machine has no place ${place}.`, {
        fix: `Add it: places: { ${place}: … }.`,
      })
    resolved[param] = placedAt(folder, tenant, name)
    hidden.set(placedAt(folder, tenant, ''), `${place}:`)
  }
  return { params: { ...params, ...resolved }, hidden }
}
