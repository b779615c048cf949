import type { Call, Handler } from './call.ts'
import { lookUp } from './lookup.ts'
import { plainList, type Plain } from './plain-list.ts'
import { guids } from '../directory/guids.ts'
import type { Entity } from '../directory/types.ts'

/** Answers `GET /applications/{id}/extensionProperties`: the directory extensions of the application. */
export const extensionProperties: Handler = call => {
  const application = lookUp(call, 'application', call.keys[0]!)
  const plain: Plain = {
    type: 'extensionProperty',
    set: `applications('${application.id}')/extensionProperties`,
    properties,
    paged: true,
    items: one => items(one, application),
  }
  return plainList(plain)(call)
}

const properties = [
  'id',
  'deletedDateTime',
  'appDisplayName',
  'dataType',
  'isMultiValued',
  'isSyncedFromOnPremises',
  'name',
  'targetObjects',
]

const ids = guids(0xe87)

const items = ({ directory }: Call, application: Entity): readonly Entity[] => {
  const prefix = `extension_${String(application['appId']).replaceAll('-', '')}_`
  return directory.extensions
    .filter(({ source, name }) => source === 'directory' && name.startsWith(prefix))
    .map(({ name, type, kind }, at) => ({
      id: ids.of(at),
      deletedDateTime: null,
      appDisplayName: application['displayName'],
      dataType: type,
      isMultiValued: false,
      isSyncedFromOnPremises: false,
      name,
      targetObjects: [kind === 'user' ? 'User' : kind === 'group' ? 'Group' : 'Device'],
    }))
}
