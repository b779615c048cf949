import type { Plain } from './plain-list.ts'

/** The built-in roles. Their id is that of the template. */
export const roleDefinitions: Plain = {
  type: 'unifiedRoleDefinition',
  set: 'roleManagement/directory/roleDefinitions',
  properties: [
    'id',
    'description',
    'displayName',
    'isBuiltIn',
    'isEnabled',
    'resourceScopes',
    'rolePermissions',
    'templateId',
    'version',
  ],
  filter: ['id', 'displayName', 'isBuiltIn', 'templateId'],
  startsWith: ['displayName'],
  paged: true,
  items: ({ directory }) =>
    directory.directoryRoleTemplates.map(({ id, description, displayName }) => ({
      id,
      description,
      displayName,
      isBuiltIn: true,
      isEnabled: true,
      resourceScopes: ['/'],
      rolePermissions: [{ allowedResourceActions: [], condition: null }],
      templateId: id,
      version: '1',
    })),
}
