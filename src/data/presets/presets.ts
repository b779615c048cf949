import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { devicePresets } from './devices.ts'
import { groupPresets } from './groups.ts'
import { memberPresets } from './members.ts'
import type { Preset, PresetKind } from './preset.ts'
import { userPresets } from './users.ts'

/** All known layouts. `all` is not one of them; it is every property that Graph lists for a type. */
export const presets: readonly Preset[] = [...userPresets, ...groupPresets, ...memberPresets, ...devicePresets]

/** @throws EntrapipeError `PRESET_UNKNOWN` */
export const presetFor = (name: string, of: PresetKind | string): Preset => {
  const fitting = presets.filter(preset => preset.of === of)
  const found = fitting.find(preset => preset.name === name)
  if (found) return found
  const names = [...fitting.map(preset => preset.name), 'all']
  const near = nearest(name, names)
  const other = presets.find(preset => preset.name === name)
  throw new EntrapipeError(
    'PRESET_UNKNOWN',
    other
      ? `Preset ${name} is for ${other.of}, not for ${of}. The presets for ${of} are ${names.join(', ')}.`
      : `Preset ${name} does not exist for ${of}.${near ? ` Did you mean ${near}?` : ''} The presets for ${of} are ${names.join(', ')}.`,
  )
}
