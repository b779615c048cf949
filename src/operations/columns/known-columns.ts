import type { ObjectKind } from '../../core/object-kinds.ts'
import { adminCentreExport, adminCentreTemplate } from '../../data/admin-centre.ts'
import { extensionKind } from '../../data/extensions.ts'
import { portalTemplates, type PortalTemplate } from '../../data/portal-templates.ts'
import { presets } from '../../data/presets/presets.ts'
import { propertiesOfType, propertyAt, relationsOfType } from '../../data/properties.ts'
import { loose, propertyIn } from '../../formats/csv-header.ts'
import type { Target } from './target.ts'

/** What a caption means: a property, or what an export computes, which nobody can write. */
type Meaning = { readonly target: Target } | 'computed'

/** Complex properties whose members are columns of their own, also without the name of the property. */
const opened = ['onPremisesExtensionAttributes', 'extensionAttributes', 'employeeOrgData', 'passwordProfile']

/** Names for properties that no export and no template of the portal uses, but people do. */
const otherNames: Partial<Record<ObjectKind, Readonly<Record<string, readonly string[]>>>> = {
  user: {
    objectId: ['id'],
    upn: ['userPrincipalName'],
    initialPassword: ['passwordProfile', 'password'],
    firstName: ['givenName'],
    lastName: ['surname'],
  },
}

const objectId: Readonly<Record<string, readonly string[]>> = { objectId: ['id'] }

const targetAt = (type: ObjectKind, path: readonly string[]): Target | undefined => {
  const property = propertyAt(type, path)
  return property && { path, type: property.type, collection: property.collection }
}

const ofPortal = (type: ObjectKind, graph: string): Target | undefined => {
  const isItem = graph.endsWith('[0]')
  const target = targetAt(type, graph.replace(/\[0\]$/, '').split('.'))
  return target && { ...target, isPortal: true, ...(isItem && { isItem }) }
}

const templates: readonly PortalTemplate[] = [portalTemplates['create-users']]

/** Columns of the portal's template, by the property in brackets. */
const bracketed = new Map(
  templates.flatMap(({ columns }) =>
    columns.flatMap(({ property, graph, isInverted = false }): (readonly [string, Target])[] => {
      const target = ofPortal('user', graph)
      return target ? [[loose(property), { ...target, ...(isInverted && { isInverted }) }]] : []
    }),
  ),
)

/** Captions of the portal's template that say without the brackets what they mean. `Name` may be any name of a person. */
const plainCaptions: ReadonlyMap<string, Target> = new Map(
  [
    ...templates.flatMap(({ columns }) =>
      columns.flatMap(({ caption, graph, isInverted, required }) =>
        isInverted || (required && graph !== 'userPrincipalName') ? [] : [[caption, graph] as const],
      ),
    ),
    ...Object.entries(adminCentreTemplate),
    ['Phone number', 'businessPhones[0]'] as const,
  ].flatMap(([caption, graph]) => {
    const target = ofPortal('user', graph)
    return target ? [[loose(caption), target] as const] : []
  }),
)

const presetKinds: Partial<Record<ObjectKind, readonly string[]>> = {
  user: ['users', 'deleted-users', 'members'],
  group: ['groups', 'deleted-groups'],
  device: ['devices'],
}

/** Captions of exports that are not the names of properties. */
const ofExports = (type: ObjectKind): readonly (readonly [string, Meaning])[] =>
  presets
    .filter(({ of }) => presetKinds[type]?.includes(of))
    .flatMap(({ columns }) =>
      columns.flatMap(({ header, from, of: made, value }): (readonly [string, Meaning])[] => {
        const isOther = made !== undefined || value !== undefined
        const portal = isOther && type === 'user' ? bracketed.get(loose(header)) : undefined
        if (portal) return [[loose(header), { target: portal }]]
        const target = isOther || from === undefined ? undefined : targetAt(type, [from])
        return [[loose(header), target ? { target: { ...target, isPortal: true } } : 'computed']]
      }),
    )

const cache = new Map<ObjectKind, ReadonlyMap<string, Meaning>>()

/** Meanings of captions without brackets, by their letters and digits. Later entries win. */
const meaningsOf = (type: ObjectKind): ReadonlyMap<string, Meaning> => {
  const known = cache.get(type)
  if (known) return known
  const members = opened.flatMap(name =>
    [...propertiesOfType(propertiesOfType(type).get(name)?.type ?? '').keys()].map(member => [name, member]),
  )
  const paths = (of: readonly (readonly string[])[], nameOf: (path: readonly string[]) => string) =>
    of.flatMap((path): (readonly [string, Meaning])[] => {
      const target = targetAt(type, path)
      return target ? [[loose(nameOf(path)), { target }]] : []
    })
  const found = new Map<string, Meaning>([
    ...paths(members, path => path.at(-1)!),
    ...paths(members, path => path.join('')),
    ...ofExports(type),
    ...paths(
      [...propertiesOfType(type).keys()].map(name => [name]),
      ([name]) => name!,
    ),
    ...Object.entries(otherNames[type] ?? objectId).flatMap(([name, path]) => paths([path], () => name)),
  ])
  if (type === 'user') {
    for (const [caption, target] of plainCaptions) if (!found.has(caption)) found.set(caption, { target })
    for (const caption of adminCentreExport) if (!found.has(loose(caption))) found.set(loose(caption), 'computed')
    const block = bracketed.get('accountenabled')!
    found.set('blocksignin', { target: block }).set('blocksigninyesno', { target: block })
    // Script columns have any value in Excel's spelling, so TRUE and Yes are read as in the portal's files.
  }
  cache.set(type, found)
  return found
}

/**
 * What a caption means for objects of a type; undefined if nothing. Names are compared by letters and digits, so `Job title`
 * is `jobTitle`. In a caption such as `Office [physicalDeliveryOfficeName]`, the property in brackets counts.
 *
 * @param isTemplate whether the file is a template of the portal, whose captions may be translated
 * @param isNew whether the objects are created. The first item of a list is then the whole list, and otherwise what an export made of it
 */
export const meaningOf = (
  type: ObjectKind,
  caption: string,
  isTemplate: boolean,
  isNew = false,
): Meaning | undefined => {
  const inBrackets = propertyIn(caption)
  if (inBrackets !== undefined) {
    const found = type === 'user' ? bracketed.get(loose(inBrackets)) : undefined
    // Outside a template, only the English caption shows that the cell is the negation.
    if (found?.isInverted && !isTemplate && !/^\s*block\b/i.test(caption)) return undefined
    return found ? { target: found } : meaningsOf(type).get(loose(inBrackets))
  }
  const first = isNew && type === 'user' ? plainCaptions.get(loose(caption)) : undefined
  return first ? { target: first } : (meaningsOf(type).get(loose(caption)) ?? extension(caption.trim()))
}

/** A directory extension, or a schema extension with its property. Other names with an underscore are not certain to be one. */
const extension = (name: string): Meaning | undefined => {
  const path = name.split('/')
  const kind = extensionKind(path)
  if (kind === undefined || (kind === 'schema' && path.length === 1 && !/^ext[a-z0-9]{8}_/i.test(name)))
    return undefined
  return { target: { path, type: 'Any', collection: false } }
}

/** Whether a name is known for any object that exports list, so that a file may have it although an operation has no use for it. */
export const isExported = (caption: string): boolean => {
  if (caption.trim().startsWith('@')) return true
  const name = loose(propertyIn(caption) ?? caption)
  if (extension(caption.trim())) return true
  if ((['user', 'group'] as const).some(type => meaningsOf(type).has(name))) return true
  if (['groupid', 'groupname'].includes(name)) return true
  const root = loose(caption.split('/')[0]!)
  return exportedNames().has(name) || exportedNames().has(root)
}

let names: ReadonlySet<string> | undefined

const exportedNames = (): ReadonlySet<string> =>
  (names ??= new Set([
    ...['user', 'group', 'device', 'servicePrincipal', 'orgContact', 'application'].flatMap(type =>
      [...propertiesOfType(type).keys(), ...relationsOfType(type).keys()].map(loose),
    ),
    ...presets.flatMap(({ columns }) => columns.map(({ header }) => loose(header))),
  ]))

/** The names of properties that people may have meant, and captions of the portal with the property that each means. */
export const namesFor = (type: ObjectKind): readonly string[] => [
  ...propertiesOfType(type).keys(),
  ...opened.flatMap(name =>
    [...propertiesOfType(propertiesOfType(type).get(name)?.type ?? '').keys()].map(member => `${name}/${member}`),
  ),
]

/** The property that a caption of the portal's template means without its brackets: `givenName` for `First name`. */
export const captionMeant = (caption: string): string | undefined => {
  const column = portalTemplates['create-users'].columns.find(one => loose(one.caption) === loose(caption))
  return column?.graph.replace('.', '/').replace(/\[0\]$/, '')
}
