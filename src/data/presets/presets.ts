import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { devicePresets } from './devices.ts'
import { groupPresets } from './groups.ts'
import { memberPresets } from './members.ts'
import type { Preset, PresetKind } from './preset.ts'
import { userPresets } from './users.ts'

/** All layouts of columns that others made; `all` is none of them: it is every property that Graph lists for a type. */
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
      ? `The preset ${name} is for ${other.of}, not for ${of}; for ${of} there is ${names.join(', ')}.`
      : `There is no preset ${name} for ${of}${near ? `; did you mean ${near}?` : '.'} There is ${names.join(', ')}.`,
  )
}
