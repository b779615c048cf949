import t from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { isCode } from '../../../src/core/errors.ts'
import type { Json } from '../../../src/core/json.ts'
import { presets } from '../../../src/data/presets/presets.ts'
import { portalCaption, portalTemplates } from '../../../src/data/portal-templates.ts'
import { rowsOf, type RowsOptions } from '../../../src/operations/columns/rows-of.ts'
import { anyValue, random } from '../../formats/random.ts'
import { ofOne } from '../../../src/operations/objects/one.ts'
import { setManager } from '../../../src/operations/set-manager.ts'
import { namedBy } from '../../../src/core/named-by.ts'
import { addAppOwner } from '../../../src/operations/add-app-owner.ts'
import { addUnitMember } from '../../../src/operations/add-unit-member.ts'
import { addOwner } from '../../../src/operations/add-owner.ts'
import { addMember, createUser, deleteUser, restoreUser, updateGroup, updateUser } from './fixtures.ts'

const guid = '11111111-2222-3333-4444-555555555555'

type More = Partial<Omit<RowsOptions, 'operation'>>
type Shape = RowsOptions['operation']

const read = (operation: Shape, row: Readonly<Record<string, Json>>, more: More = {}) =>
  rowsOf({ operation, ...more }).valuesOf(row)

const refusal = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    const { code, message, fix, facts } = error as { code: string; message: string; fix?: string; facts: object }
    return { code, message, ...(fix !== undefined && { fix }), facts }
  }
}

const captions = (name: keyof typeof portalTemplates): readonly string[] =>
  portalTemplates[name].columns.map(portalCaption)

t.test('the portal’s template for new users is read, and Block sign in is the negation of accountEnabled', async t => {
  const cells = [
    'Ann Lee',
    'ann@contoso.com',
    'Pa ss1!',
    'No',
    'Ann',
    '',
    '',
    '',
    'DE',
    '',
    '',
    '',
    'B 2',
    '',
    '',
    '+49 30',
    '+49 1',
  ]
  const row = Object.fromEntries(captions('create-users').map((name, at) => [name, cells[at] ?? '']))
  t.strictSame(read(createUser, row), {
    displayName: 'Ann Lee',
    userPrincipalName: 'ann@contoso.com',
    passwordProfile: { password: 'Pa ss1!' },
    accountEnabled: true,
    givenName: 'Ann',
    usageLocation: 'DE',
    officeLocation: 'B 2',
    businessPhones: ['+49 30'],
    mobilePhone: '+49 1',
  })
})

t.test('translated captions count by the property in brackets', async t => {
  const row = {
    'Name [displayName] Erforderlich': 'Ann',
    'Benutzername [userPrincipalName] Erforderlich': 'ann@contoso.com',
    'Erstes Kennwort [passwordProfile] Erforderlich': 'x',
    'Anmeldung blockieren [accountEnabled] Erforderlich': 'Yes',
  }
  t.strictSame(read(createUser, row), {
    displayName: 'Ann',
    userPrincipalName: 'ann@contoso.com',
    passwordProfile: { password: 'x' },
    accountEnabled: false,
  })
})

t.test(
  'Block sign in takes Yes and No only, and accountEnabled without its caption takes true and false only',
  async t => {
    const block = 'Block sign in (Yes/No) [accountEnabled] Required'
    t.strictSame(
      refusal(() => read(updateUser, { id: 'a', [block]: 'false' })),
      {
        code: 'ROW_INVALID',
        message: `Expected ${block} to be Yes or No, got "false".`,
        fix: 'Yes blocks the sign-in, No allows it. The same words in the languages of the portal, such as Ja and Nein, are understood, too.',
        facts: { column: block },
      },
    )
    t.strictSame(
      refusal(() => read(updateUser, { id: 'a', accountEnabled: 'No' })),
      {
        code: 'ROW_INVALID',
        message: 'Expected accountEnabled to be true or false, got "No".',
        facts: { column: 'accountEnabled' },
        fix: 'Correct the value.',
      },
    )
    t.strictSame(read(updateUser, { id: 'a', [block]: ' No ' }), { user: 'a', accountEnabled: true })
    t.strictSame(read(updateUser, { id: 'a', accountEnabled: 'FALSE' }), { user: 'a', accountEnabled: false })
  },
)

t.test('Yes and No of a translated template are read in its language, and other words fail', async t => {
  const names = portalTemplates['create-users'].columns.map(({ property }) => `Spalte [${property}]`)
  const rows = rowsOf({ operation: createUser, header: names })
  const enabled = (word: string): unknown =>
    rows.valuesOf(
      Object.fromEntries(names.map((name, at) => [name, at < 3 ? 'x' : name.includes('accountEnabled') ? word : ''])),
    )['accountEnabled']
  const blocking = ['Ja', 'Oui', 'SÍ', 'Si\u0301', 'sim', 'Evet', 'はい', '是', 'Да']
  const allowing = ['Nein', 'Non', 'no', 'Não', 'HAYIR', 'Hayır', 'いいえ', '否', 'Нет', 'ne', 'Nie']
  for (const word of blocking) t.equal(enabled(word), false, word)
  for (const word of allowing) t.equal(enabled(word), true, word)
  for (const word of ['j', 'n', 'vielleicht', 'true', '1']) {
    const message = `Expected Spalte [accountEnabled] to be Yes or No, got "${word}".`
    t.match(
      refusal(() => enabled(word)),
      { code: 'ROW_INVALID', message, fix: /Ja and Nein/ },
    )
  }
  t.match(
    refusal(() => read(updateUser, { id: 'a', accountEnabled: 'Nein' })),
    { code: 'ROW_INVALID' },
  )
})

t.test('columns that people add to a template are not used, and told', async t => {
  const rows = rowsOf({ operation: deleteUser, header: [...captions('delete-users'), 'Salary'] })
  t.strictSame(rows.valuesOf({ [captions('delete-users')[0]!]: 'ann@contoso.com', Salary: '1' }), {
    user: 'ann@contoso.com',
  })
  t.strictSame(rows.ignored(), ['Salary'])
})

t.test('the script’s file for new users is read as it is', async t => {
  const [name, upn, password] = captions('create-users')
  t.strictSame(read(createUser, { [name!]: 'Ann', [upn!]: 'ann@contoso.com', [password!]: 'x', mailNickName: 'ann' }), {
    displayName: 'Ann',
    userPrincipalName: 'ann@contoso.com',
    passwordProfile: { password: 'x' },
    mailNickname: 'ann',
  })
})

t.test('the portal’s downloads update users', async t => {
  for (const [preset, known] of [
    ['portal-users', { objectId: 'a', physicalDeliveryOfficeName: 'B 2', telephoneNumber: '1', mobile: '2' }],
    ['portal-users-29', { id: 'a', officeLocation: 'B 2', telephoneNumber: '1', mobilePhone: '2' }],
  ] as const) {
    const { columns } = presets.find(({ name }) => name === preset)!
    const header = columns.map(column => column.header)
    const rows = rowsOf({ operation: updateUser, header })
    const row = { ...Object.fromEntries(header.map(name => [name, ''])), ...known, accountEnabled: 'True' }
    t.strictSame(
      rows.valuesOf(row),
      { user: 'a', accountEnabled: true, officeLocation: 'B 2', businessPhones: ['1'], mobilePhone: '2' },
      preset,
    )
    t.ok(rows.ignored().includes('alternateEmailAddress'), 'the first of several addresses is not written as the list')
  }
})

t.test('read-only columns are passed under the names of their properties', async t => {
  t.strictSame(
    read(updateUser, {
      id: 'a',
      directorySynced: 'Yes',
      invitationState: 'Accepted',
      createdDateTime: '2026-01-31T08:00:00Z',
    }),
    {
      user: 'a',
      onPremisesSyncEnabled: true,
      externalUserState: 'Accepted',
      createdDateTime: '2026-01-31T08:00:00Z',
    },
  )
})

t.test('an id column is found under all its names', async t => {
  for (const name of [
    'member',
    'memberObjectId',
    'memberObjectIdOrUpn',
    'ObjectId',
    'objectId',
    'id',
    'Id',
    'Object ID',
    'userPrincipalName',
    'UserPrincipalName',
    'UPN',
    'Member object ID or user principal name [memberObjectIdOrUpn] Required',
  ])
    t.strictSame(
      read(addMember, { [name]: ' ann@contoso.com ' }, { given: ['group'] }),
      { member: 'ann@contoso.com' },
      name,
    )
  t.strictSame(read(restoreUser, { 'Object ID [objectId] Required': 'a' }), { user: 'a' })
})

t.test(
  'values of the request are columns, and a file without ids of deleted objects says where they are listed',
  async t => {
    t.strictSame(read(restoreUser, { id: 'a', 'New name': 'b', isFree: 'TRUE' }), {
      user: 'a',
      newName: 'b',
      isFree: true,
    })
    t.strictSame(read(restoreUser, { id: 'a', newName: '', userPrincipalName: 'ignored' }), { user: 'a' })
    t.match(
      refusal(() => rowsOf({ operation: restoreUser, header: ['id', 'newNam'] })),
      { code: 'COLUMN_UNKNOWN', message: /Did you mean newName\?/ },
    )
    t.match(
      refusal(() => rowsOf({ operation: restoreUser, header: ['userPrincipalName'] })),
      { code: 'HEADER_INVALID', fix: 'Add the ids: `entrapipe export deleted-users` lists them with the names.' },
    )
  },
)

t.test('of the columns of an export the id counts, then the user principal name', async t => {
  const rows = rowsOf({
    operation: addMember,
    header: ['displayName', 'mail', 'userPrincipalName', 'id', 'groupName', 'groupId'],
  })
  const row = {
    displayName: 'Ann',
    mail: 'm',
    userPrincipalName: 'ann@contoso.com',
    id: 'a',
    groupName: 'Sales',
    groupId: 'g',
  }
  t.strictSame(rows.valuesOf(row), { group: 'g', member: 'a' })
  t.strictSame(rows.valuesOf({ ...row, id: '' }), { group: 'g', member: 'ann@contoso.com' })
  t.strictSame(rows.ignored(), ['displayName', 'mail'])
})

t.test('two columns with one meaning are refused by both names, unless --columns says which one counts', async t => {
  t.strictSame(
    refusal(() => rowsOf({ operation: deleteUser, header: ['ObjectId', 'id'] })),
    {
      code: 'HEADER_INVALID',
      message: 'The columns ObjectId and id both mean user.',
      fix: 'Remove one of them, or say which one counts with --columns "ObjectId=user".',
      facts: { columns: ['ObjectId', 'id'] },
    },
  )
  for (const [one, other, name] of [
    ['mobile', 'mobilePhone', 'mobilePhone'],
    ['telephoneNumber', 'businessPhones', 'businessPhones'],
    ['employeeOrgData', 'employeeOrgData/division', 'employeeOrgData'],
    [
      'extensionAttribute1',
      'onPremisesExtensionAttributes/extensionAttribute1',
      'onPremisesExtensionAttributes/extensionAttribute1',
    ],
  ] as const)
    t.match(
      refusal(() => rowsOf({ operation: updateUser, header: ['id', one, other] })),
      {
        code: 'HEADER_INVALID',
        message: `The columns ${one} and ${other} both mean ${name}.`,
      },
    )
  t.strictSame(read(updateUser, { id: 'a', mobile: '1', mobilePhone: '2' }, { columns: { mobile: 'mobilePhone' } }), {
    user: 'a',
    mobilePhone: '1',
  })
  t.strictSame(read(deleteUser, { ObjectId: 'a', id: 'b' }, { columns: { id: 'user' } }), { user: 'b' })
})

t.test('a missing column and an unknown one are refused before the first row', async t => {
  t.strictSame(
    refusal(() => rowsOf({ operation: createUser, header: ['displayName', 'userPrincipalName'] })),
    {
      code: 'HEADER_INVALID',
      message:
        'users create requires a column password (also called Initial password [passwordProfile]). The file has displayName and userPrincipalName.',
      fix: 'Add the column, or --credentials FILE: passwords are then generated, and written to that new file.',
      facts: { column: 'password' },
    },
  )
  t.strictSame(
    refusal(() => rowsOf({ operation: updateUser, header: ['id', 'departmnt', 'Name'] })),
    {
      code: 'COLUMN_UNKNOWN',
      message:
        'users update has no column departmnt and Name. Did you mean department for departmnt? Did you mean displayName for Name?',
      fix: 'Rename the column, or say what it is with --columns "departmnt=property". --columns "departmnt=" ignores it.',
      facts: { columns: ['departmnt', 'Name'] },
    },
  )
  t.strictSame(
    refusal(() => rowsOf({ operation: addMember, header: ['member', 'Salary [EUR]'], given: ['group'] })),
    {
      code: 'COLUMN_UNKNOWN',
      message: 'members add has no column Salary [EUR]. It takes group and member.',
      fix: 'Rename the column, or say what it is with --columns "Salary [EUR]=property". --columns "Salary [EUR]=" ignores it.',
      facts: { columns: ['Salary [EUR]'] },
    },
  )
  t.match(
    refusal(() => rowsOf({ operation: addMember, header: ['member'] })),
    {
      code: 'HEADER_INVALID',
      message: 'members add requires a column group (also called groupId, groupName). The file has member.',
    },
  )
  t.match(
    refusal(() => rowsOf({ operation: addOwner, header: ['group', 'Salary'] })),
    { code: 'HEADER_INVALID', message: /^owners add requires a column member \(also called .*\bowner\b.*\)/ },
  )
  t.match(
    refusal(() => rowsOf({ operation: addMember, header: ['member', 'group'], given: ['group'] })),
    {
      code: 'HEADER_INVALID',
      message: '--group is given, and the file has a column group, too.',
    },
  )
  for (const [operation, value, message, fix] of [
    [addAppOwner, 'application', '--app is given', 'Give --app without a value, or remove the column.'],
    [addUnitMember, 'administrativeUnit', '--unit is given', 'Leave --unit out, or remove the column.'],
  ] as const)
    t.match(
      refusal(() => rowsOf({ operation, header: ['member', value], given: [value] })),
      { message: `${message}, and the file has a column ${value}, too.`, fix },
    )
  t.match(
    refusal(() => rowsOf({ operation: updateUser, header: ['id'], columns: { Dept: 'department' } })),
    {
      code: 'COLUMN_UNKNOWN',
      message: '--columns names Dept, which is not a column of the file.',
    },
  )
  t.match(
    refusal(() => rowsOf({ operation: updateUser, header: ['id', 'Dept'], columns: { Dept: 'departmnt' } })),
    {
      code: 'COLUMN_UNKNOWN',
      message: '--columns says that Dept is departmnt, which users update does not have. Did you mean department?',
    },
  )
})

t.test('--columns without a property ignores a column, also one that would name the object', async t => {
  const mapping = rowsOf({
    operation: updateUser,
    header: ['id', 'userPrincipalName', 'Foo', 'department'],
    columns: { foo: '', id: '' },
  })
  t.strictSame(mapping.valuesOf({ id: 'a', userPrincipalName: 'ann@contoso.com', Foo: 'x', department: 'Sales' }), {
    user: 'ann@contoso.com',
    department: 'Sales',
  })
  t.strictSame(mapping.ignored(), ['id', 'Foo'])
  t.strictSame(
    read(updateUser, { id: 'a', Foo: 'x', department: 'Sales' }, { json: true, columns: { Foo: '', Bar: '' } }),
    { user: 'a', department: 'Sales' },
  )
})

t.test('a missing column that an option can replace is refused with the option', async t => {
  const operations = await loadOperations()
  const wrong = ['foo', 'principal', 'member', 'owner']
  for (const [kind, fix] of [
    ['add-member', /give --group a value for all rows/],
    ['add-unit-member', /give --unit a value for all rows/],
    ['add-app-owner', /give --app a value for all rows/],
    ['add-service-principal-owner', /give --service-principal a value for all rows/],
    ['assign-role', /give --role a value for all rows/],
    ['assign-app-role', /give --resource a value for all rows/],
    ['update-group', /^Add the column, or say which one it is/],
  ] as const)
    t.match(
      refusal(() => rowsOf({ operation: operations(kind)!, header: wrong })),
      { code: 'HEADER_INVALID', fix },
      kind,
    )
})

t.test('a key that the file does not have, or a row leaves empty, is named by the property of --key', async t => {
  t.strictSame(
    refusal(() => rowsOf({ operation: updateUser, header: ['id', 'department'], key: 'employeeId' })),
    {
      code: 'HEADER_INVALID',
      message: '--key employeeId requires a column employeeId. The file has id and department.',
      fix: 'Add the column, say which one it is with --columns "column=employeeId", or leave --key out.',
      facts: { column: 'employeeId' },
    },
  )
  t.match(
    refusal(() => read(updateUser, { employeeId: '', department: 'Sales' }, { key: 'employeeId' })),
    { code: 'ROW_INVALID', message: 'employeeId is empty.', fix: 'Enter the employeeId of the user.' },
  )
  t.match(
    refusal(() => rowsOf({ operation: createUser, header: ['displayName'], key: 'employeeId' })),
    { code: 'OPTION_INVALID', message: 'users create creates objects, so it has no key.', fix: 'Leave --key out.' },
  )
})

t.test('--columns names properties and values', async t => {
  t.strictSame(
    read(updateUser, { Login: 'ann@contoso.com', Dept: 'Sales' }, { columns: { Login: 'user', dept: 'department' } }),
    { user: 'ann@contoso.com', department: 'Sales' },
  )
})

t.test('--columns names the key by its property, and then no other column counts', async t => {
  const row = { Login: 'ann@contoso.com', Nr: '1', Dept: 'Sales', Team: 'T' }
  for (const [operation, columns, values] of [
    [updateUser, { Login: 'userPrincipalName', Dept: 'department' }, { user: 'ann@contoso.com', department: 'Sales' }],
    [updateUser, { Nr: 'id', Dept: 'department' }, { user: '1', department: 'Sales' }],
    [updateUser, { Login: 'userPrincipalName', Nr: 'id' }, { user: '1', userPrincipalName: 'ann@contoso.com' }],
    [deleteUser, { Login: 'UPN' }, { user: 'ann@contoso.com' }],
    [restoreUser, { Nr: 'objectId' }, { user: '1' }],
    [addMember, { Login: 'userPrincipalName', Team: 'groupName' }, { group: 'T', member: 'ann@contoso.com' }],
  ] as const) {
    const used = Object.fromEntries(Object.keys(columns).map(name => [name, row[name as keyof typeof row]]))
    t.strictSame(read(operation, used, { columns }), values)
  }
  t.strictSame(
    read(deleteUser, { id: 'HR-1', Login: 'ann@contoso.com' }, { columns: { Login: 'userPrincipalName' } }),
    {
      user: 'ann@contoso.com',
    },
  )
  t.match(
    refusal(() => read(updateUser, { Mail: 'a', Dept: 'b' }, { columns: { Mail: 'mail', Dept: 'department' } })),
    {
      code: 'HEADER_INVALID',
      message:
        'users update requires a column that names the user: id, objectId, userPrincipalName, upn, user. The file has Mail and Dept.',
    },
  )
})

t.test('the key is the id, else the user principal name, or the property of --key', async t => {
  t.strictSame(read(updateUser, { userPrincipalName: 'ann@contoso.com', department: 'Sales' }), {
    user: 'ann@contoso.com',
    department: 'Sales',
  })
  t.strictSame(read(updateUser, { id: 'a', userPrincipalName: 'ann@contoso.com' }), {
    user: 'a',
    userPrincipalName: 'ann@contoso.com',
  })
  t.strictSame(read(updateUser, { id: '', userPrincipalName: 'ann@contoso.com' }), { user: 'ann@contoso.com' })
  t.strictSame(read(updateUser, { userPrincipalName: 'ann@contoso.com', newUserPrincipalName: 'bo@contoso.com' }), {
    user: 'ann@contoso.com',
    newUserPrincipalName: 'bo@contoso.com',
  })
  t.strictSame(read(updateUser, { employeeId: '4711', department: 'Sales' }, { key: 'employeeId' }), {
    user: '$by:employeeId:4711',
    department: 'Sales',
  })
  t.strictSame(
    read(updateUser, { 'Personal-Nr': '4711' }, { key: 'employeeId', columns: { 'Personal-Nr': 'employeeId' } }),
    {
      user: '$by:employeeId:4711',
    },
  )
  t.strictSame(read(deleteUser, { extensionAttribute3: '4711' }, { key: 'extensionAttribute3' }), {
    user: '$by:onPremisesExtensionAttributes/extensionAttribute3:4711',
  })
  t.strictSame(read(updateUser, { mail: 'ann@contoso.com', id: 'a' }, { key: 'mail' }), {
    user: 'ann@contoso.com',
    id: 'a',
  })
  t.strictSame(read(updateGroup, { id: 'g', displayName: 'Sales' }), { group: 'g', displayName: 'Sales' })
})

t.test('a device is named by its id, else by the id that the device has itself', async t => {
  const deleteDevice: Shape = { kind: 'delete-device', columns: ofOne('delete-device', 'device').columns }
  const [id, deviceId] = [guid, guid.replace('1', '2')]
  t.strictSame(read(deleteDevice, { displayName: 'PC', deviceId, id }), { device: id })
  t.strictSame(read(deleteDevice, { displayName: 'PC', deviceId, id: '' }), { device: `$by:deviceId:${deviceId}` })
  t.strictSame(read(deleteDevice, { 'Device ID': deviceId }), { device: `$by:deviceId:${deviceId}` })
  t.strictSame(read(deleteDevice, { device: 'PC' }), { device: 'PC' })
  t.strictSame(read(deleteDevice, { Key: deviceId }, { columns: { Key: 'deviceId' } }), {
    device: `$by:deviceId:${deviceId}`,
  })
})

t.test('a key that Graph cannot look up is refused', async t => {
  for (const [operation, key, message] of [
    [updateUser, 'aboutMe', 'Graph cannot find a user by aboutMe.'],
    [updateUser, 'otherMails', 'Graph cannot find a user by otherMails.'],
    [updateUser, 'employeId', 'Expected --key to be a property of a user, got employeId. Did you mean employeeId?'],
    [createUser, 'id', 'users create creates objects, so it has no key.'],
    [restoreUser, 'mail', 'users restore finds deleted objects by their id only, not by mail.'],
  ] as const)
    t.match(
      refusal(() => rowsOf({ operation, key })),
      { code: 'OPTION_INVALID', message },
    )
})

t.test('a cell is read by the type of its property', async t => {
  t.strictSame(
    read(updateUser, {
      id: 'a',
      employeeHireDate: '2026-01-31',
      employeeLeaveDateTime: '2026-01-31T09:00:00+01:00',
      otherMails: 'a@x.org; b@x.org',
      businessPhones: '["1;2"]',
      employeeOrgData: '{"division":"Sales"}',
      displayName: ' Ann ',
    }),
    {
      user: 'a',
      employeeHireDate: '2026-01-31T00:00:00Z',
      employeeLeaveDateTime: '2026-01-31T08:00:00Z',
      otherMails: ['a@x.org', 'b@x.org'],
      businessPhones: ['1;2'],
      employeeOrgData: { division: 'Sales' },
      displayName: ' Ann ',
    },
  )
  for (const [column, cell, message] of [
    [
      'employeeHireDate',
      '31.01.2026',
      'Expected employeeHireDate to be a date such as 2026-01-31, or a time with a time zone such as 2026-01-31T08:30:00Z, got "31.01.2026".',
    ],
    ['accountEnabled', 'SOLL', 'Expected accountEnabled to be true or false, got "SOLL".'],
    ['otherMails', 'a;;b', 'otherMails has an empty item.'],
    ['otherMails', '["a"', 'Expected otherMails to be a list, but its JSON is invalid.'],
    [
      'employeeOrgData',
      'Sales',
      'Expected employeeOrgData to be an object in JSON, such as {"division":"Sales"}, but its JSON is invalid.',
    ],
    ['displayName', '  ', 'displayName has only blanks.'],
  ] as const)
    t.match(
      refusal(() => read(updateUser, { id: 'a', [column]: cell })),
      { code: 'ROW_INVALID', message, facts: { column } },
    )
})

t.test('members of complex properties and extensions are columns', async t => {
  t.strictSame(
    read(updateUser, {
      id: 'a',
      'employeeOrgData/division': 'Sales',
      extensionAttribute1: 'x',
      'onPremisesExtensionAttributes/extensionAttribute15': 'y',
      extension_0123456789abcdef0123456789abcdef_badge: 'z',
      'ext1a2b3c4d_course/title': 'w',
    }),
    {
      user: 'a',
      employeeOrgData: { division: 'Sales' },
      onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute15: 'y' },
      extension_0123456789abcdef0123456789abcdef_badge: 'z',
      ext1a2b3c4d_course: { title: 'w' },
    },
  )
})

t.test('a relation is passed on, so that the operation can say what changes it', async t => {
  t.strictSame(read(updateUser, { id: 'a', manager: 'bo@contoso.com' }), { user: 'a', manager: 'bo@contoso.com' })
})

t.test('what a spreadsheet, a script or a wrong encoding made of a value fails the row', async t => {
  for (const [column, cell, message] of [
    ['id', '#N/A', 'id is #N/A, which a spreadsheet writes in place of a value.'],
    ['department', '#REF!', 'department is #REF!, which a spreadsheet writes in place of a value.'],
    ['department', '#WERT!', 'department is #WERT!, which a spreadsheet writes in place of a value.'],
    ['department', '########', 'department is ########, which a spreadsheet writes in place of a value.'],
    [
      'mobilePhone',
      '1,23E+11',
      'mobilePhone is 1,23E+11: a spreadsheet has rounded the number, so its digits are lost.',
    ],
    ['employeeId', '1.23E+11', 'employeeId is 1.23E+11: a spreadsheet has rounded the number, so its digits are lost.'],
    ...['System.Object[]', 'System.String[]', 'System.Collections.Hashtable', '[object Object]'].map(
      debris =>
        ['jobTitle', debris, `jobTitle is ${debris}, which a script writes in place of a list or an object.`] as const,
    ),
    [
      'city',
      'M\uFFFDnchen',
      'city has the character U+FFFD, which replaces characters that an earlier program could not read.',
    ],
  ] as const)
    t.match(
      refusal(() => read(updateUser, { id: 'a', [column]: cell })),
      { code: 'ROW_INVALID', message, facts: { column } },
    )
  t.strictSame(read(updateUser, { id: 'a', department: '#1 team', jobTitle: 'E+11', city: 'System.Engineering' }), {
    user: 'a',
    department: '#1 team',
    jobTitle: 'E+11',
    city: 'System.Engineering',
  })
})

t.test('true and false are read as Excel writes them in other languages', async t => {
  for (const [cell, accountEnabled] of [
    ['WAHR', true],
    ['Falsch', false],
    ['VRAI', true],
    ['FALSO', false],
    ['YANLIŞ', false],
    ['ЛОЖЬ', false],
  ] as const)
    t.strictSame(read(updateUser, { id: 'a', accountEnabled: cell }), { user: 'a', accountEnabled })
})

t.test('text that was read in another encoding fails the row with the text that was meant', async t => {
  for (const [cell, message] of [
    ['BjÃ¶rn', 'displayName is "BjÃ¶rn", which was "Björn" before a program read it as windows-1252.'],
    ['Bj√∂rn', 'displayName is "Bj√∂rn", which was "Björn" before a program read it as macintosh.'],
  ] as const)
    t.match(
      refusal(() => read(updateUser, { id: 'a', displayName: cell })),
      { code: 'ROW_INVALID', message, fix: /as UTF-8/, facts: { column: 'displayName' } },
    )
})

t.test('a question mark in place of a letter fails the row of a user, and others are text', async t => {
  for (const [column, cell] of [
    ['displayName', 'Bj?rn Lund'],
    ['displayName', 'Lund ?smund'],
    ['surname', 'Andr?'],
    ['city', 'M?nchen'],
  ] as const)
    t.match(
      refusal(() => read(updateUser, { id: 'a', [column]: cell })),
      { message: `${column} is ${JSON.stringify(cell)}, with a question mark in place of a letter.` },
    )
  const kept = { displayName: 'Ann Lee?', jobTitle: 'What is it? Nobody knows', employeeId: 'a?b' }
  t.strictSame(read(updateUser, { id: 'a', ...kept }), { user: 'a', ...kept })
})

t.test('what databases and programs write for no value fails the row, and a name in its own case does not', async t => {
  for (const cell of ['NULL', 'null', '(null)', '[NULL]', '\\N', '$null', 'undefined', 'NaN'])
    t.match(
      refusal(() => read(updateUser, { id: 'a', department: cell })),
      {
        message: `department is ${cell}, which a database or a program writes where there is no value.`,
        fix: /write it as Null/,
      },
    )
  t.strictSame(read(updateUser, { id: 'a', surname: 'Null', givenName: 'Nan' }), {
    user: 'a',
    surname: 'Null',
    givenName: 'Nan',
  })
  t.strictSame(read(updateUser, { id: 'a', department: 'NULL' }, { nulls: 'NULL' }), { user: 'a', department: null })
})

t.test('the file of the Microsoft 365 admin center for new users is read as it is', async t => {
  const captions =
    'User Name,First Name,Last Name,Display Name,Job Title,Department,Office Number,Office Phone,Mobile Phone,Fax,Alternate email address,Address,City,State or Province,ZIP or Postal Code,Country or Region'
  const cells =
    'chris@contoso.com,Chris,Green,Chris Green,IT Manager,IT,123451,123-555-1211,123-555-6641,123-555-9821,chris@home.org,1 Microsoft way,Redmond,Wa,98052,United States'.split(
      ',',
    )
  const row = Object.fromEntries(captions.split(',').map((caption, at) => [caption, cells[at]!]))
  t.strictSame(read({ ...createUser, columns: { ...createUser.columns, required: [] } }, row), {
    userPrincipalName: 'chris@contoso.com',
    givenName: 'Chris',
    surname: 'Green',
    displayName: 'Chris Green',
    jobTitle: 'IT Manager',
    department: 'IT',
    officeLocation: '123451',
    businessPhones: ['123-555-1211'],
    mobilePhone: '123-555-6641',
    faxNumber: '123-555-9821',
    otherMails: ['chris@home.org'],
    streetAddress: '1 Microsoft way',
    city: 'Redmond',
    state: 'Wa',
    postalCode: '98052',
    country: 'United States',
  })
})

t.test('the users that the Microsoft 365 admin center exports name the users of every command', async t => {
  const header = [
    ...['Block credential', 'DirSyncEnabled', 'Display name', 'Fax', 'First name', 'Last dirsync time', 'Licenses'],
    ...['Last password change time stamp', 'Mobile Phone', 'Oath token metadata', 'Object Id', 'Office', 'Title'],
    ...['Password never expires', 'Phone number', 'Preferred data location', 'Release track', 'When created'],
    ...['Soft deletion time stamp', 'Strong password required', 'Usage location', 'User principal name'],
  ]
  const row = { ...Object.fromEntries(header.map(name => [name, ''])), 'Object Id': 'a', Title: 'Dr' }
  const operations = await loadOperations()
  for (const kind of ['disable-user', 'delete-user', 'remove-member', 'remove-license'])
    t.match(
      rowsOf({ operation: operations(kind)!, header, given: ['group'] }).valuesOf(row),
      kind === 'remove-member' ? { member: 'a' } : { user: 'a' },
      kind,
    )
})

t.test('users are also named by a column of user names or addresses, after those that are certain', async t => {
  const operation = (await loadOperations())('assign-license')!
  for (const column of ['User name', 'Username', 'Email', 'EmailAddress', 'E-Mail address'])
    t.match(rowsOf({ operation, header: [column] }).valuesOf({ [column]: 'ann@contoso.com' }), {
      user: 'ann@contoso.com',
    })
  const row = { Username: 'jdoe', userPrincipalName: 'jo.doe@contoso.com' }
  t.match(rowsOf({ operation, header: Object.keys(row) }).valuesOf(row), { user: 'jo.doe@contoso.com' })
})

t.test('a manager is named by id or user principal name, or by employeeId in a column that says so', async t => {
  const row = (column: string) => read(setManager, { userPrincipalName: 'ann@contoso.com', [column]: ' 4711 ' })
  t.strictSame(row('Manager Employee ID'), { user: 'ann@contoso.com', manager: namedBy('employeeId', '4711') })
  t.strictSame(row('supervisor'), { user: 'ann@contoso.com', manager: '4711' })
  const boss = { columns: { Boss: 'managerEmployeeId' }, key: 'employeeId' }
  t.strictSame(read(setManager, { employeeId: '12', Boss: '4711' }, boss), {
    user: namedBy('employeeId', '12'),
    manager: namedBy('employeeId', '4711'),
  })
})

t.test('an invisible character fails its row and is named, in text only where it joins nothing', async t => {
  const refused = (row: Readonly<Record<string, Json>>, column: string, character: string, shape: Shape = updateUser) =>
    t.strictSame(
      refusal(() => read(shape, row)),
      {
        code: 'ROW_INVALID',
        message: `${column} has the character ${character}, which cannot be seen.`,
        fix: 'Remove the character: enter the value again by hand.',
        facts: { column },
      },
    )
  refused({ userPrincipalName: '\u200bdirk@contoso.com', city: 'X' }, 'userPrincipalName', 'U+200B')
  refused({ id: 'a', mobilePhone: '+49 151 \u202a123' }, 'mobilePhone', 'U+202A')
  refused({ id: 'a', businessPhones: '\u202a+49 151' }, 'businessPhones', 'U+202A')
  refused({ id: 'a', employeeId: 'T\u00ad011' }, 'employeeId', 'U+00AD')
  refused({ id: 'a', jobTitle: 'Clerk\u200b' }, 'jobTitle', 'U+200B')
  refused({ id: 'a', department: 'Sales\r' }, 'department', 'U+000D')
  refused(
    { userPrincipalName: 'a@contoso.com', displayName: 'A', password: 'Pa\u200bss1!xyz' },
    'password',
    'U+200B',
    createUser,
  )
  t.strictSame(read(updateUser, { id: 'a', displayName: 'x 👩\u200d💻 y', employeeId: ' T014\u00a0 ' }), {
    user: 'a',
    displayName: 'x 👩\u200d💻 y',
    employeeId: 'T014',
  })
})

t.test('the apostrophe of --formula-guard is taken off, but not from a password', async t => {
  t.strictSame(read(updateUser, { id: 'a', mobilePhone: "'+49 1", department: "O'Hara", jobTitle: "x;'=1" }), {
    user: 'a',
    mobilePhone: '+49 1',
    department: "O'Hara",
    jobTitle: 'x;=1',
  })
  t.strictSame(
    read(createUser, { userPrincipalName: 'a@x.org', displayName: 'A', password: "'=secret" })['passwordProfile'],
    { password: "'=secret" },
  )
})

t.test('an empty cell leaves its property, and --nulls names the text that clears it', async t => {
  t.strictSame(read(updateUser, { id: 'a', department: '', otherMails: '' }), { user: 'a' })
  t.strictSame(
    read(
      updateUser,
      { id: 'a', department: 'NULL', otherMails: 'NULL', telephoneNumber: 'NULL', 'employeeOrgData/division': 'NULL' },
      { nulls: 'NULL' },
    ),
    { user: 'a', department: null, otherMails: [], businessPhones: [], employeeOrgData: { division: null } },
  )
  t.match(
    refusal(() => rowsOf({ operation: updateUser, nulls: '' })),
    { code: 'OPTION_INVALID' },
  )
})

t.test('in JSON a missing property stays, and null clears only with --nulls', async t => {
  const row = {
    id: 'a',
    department: null,
    accountEnabled: false,
    otherMails: null,
    employeeOrgData: { division: 'x', costCenter: null },
  }
  t.strictSame(read(updateUser, row, { json: true }), {
    user: 'a',
    accountEnabled: false,
    employeeOrgData: { division: 'x' },
  })
  t.strictSame(read(updateUser, row, { json: true, nulls: 'NULL' }), {
    user: 'a',
    department: null,
    accountEnabled: false,
    otherMails: [],
    employeeOrgData: { division: 'x', costCenter: null },
  })
  t.strictSame(
    read(
      addMember,
      { '@odata.type': '#microsoft.graph.user', id: 'a', businessPhones: [], manager: null },
      { json: true, given: ['group'] },
    ),
    { member: 'a' },
  )
})

t.test('a misspelt name that people use for a column gets a hint with that name', async t => {
  const operation = (await loadOperations())('assign-license')!
  const told = (...header: readonly string[]) => refusal(() => rowsOf({ operation, header: ['id', ...header] }))
  t.match(told('LicenceSKUs'), { code: 'COLUMN_UNKNOWN', message: /Did you mean licen[cs]eSku\?$/ })
  t.match(told('DisabledServicPlans'), { message: /Did you mean disabledServicePlans\?$/ })
  for (const header of ['LicenceSKU', 'LicenseSKU', 'AccountSkuId', 'Licences', 'Licenses'])
    t.equal(rowsOf({ operation, header: ['id', header] }).valuesOf({ id: 'a', [header]: 'SPE_E3' })['sku'], 'SPE_E3')
})

t.test('a column that a row of JSON should not have fails that row', async t => {
  const rows = rowsOf({ operation: updateUser, json: true })
  t.strictSame(rows.valuesOf({ id: 'a', department: 'Sales' }), { user: 'a', department: 'Sales' })
  t.strictSame(
    refusal(() => rows.valuesOf({ id: 'a', departmnt: 'Sales' })),
    {
      code: 'ROW_INVALID',
      message: 'users update has no column departmnt. Did you mean department?',
      facts: { column: 'departmnt' },
      fix: 'Rename the column, or say what it is with --columns "departmnt=property". --columns "departmnt=" ignores it.',
    },
  )
  t.match(
    refusal(() => rows.valuesOf({ department: 'Sales' })),
    { code: 'ROW_INVALID', facts: { column: 'user' } },
  )
})

t.test('a row without its key, or without a required value, fails', async t => {
  t.strictSame(
    refusal(() => read(deleteUser, { id: '', userPrincipalName: ' ' })),
    {
      code: 'ROW_INVALID',
      message: 'id and userPrincipalName are empty.',
      fix: 'Enter the user: id, user principal name or mail.',
      facts: { column: 'id' },
    },
  )
  t.match(
    refusal(() => read(createUser, { displayName: '', userPrincipalName: 'a@x.org', password: 'x' })),
    {
      code: 'ROW_INVALID',
      message: 'displayName is empty.',
      facts: { column: 'displayName' },
    },
  )
})

t.test('a password is text as it is, must not begin or end with a blank, and may be sealed', async t => {
  const of = (cell: string, more: Readonly<Record<string, string>> = {}) =>
    read(createUser, { userPrincipalName: 'a@x.org', displayName: 'A', 'Initial password': cell, ...more })[
      'passwordProfile'
    ]
  t.strictSame(of('{not json'), { password: '{not json' })
  t.strictSame(of('x', { forceChangePasswordNextSignIn: 'false' }), {
    password: 'x',
    forceChangePasswordNextSignIn: false,
  })
  const sealed = 'sealed:20260101-000000-01234567/2'
  t.strictSame(of(sealed), sealed)
  t.strictSame(of(sealed, { forceChangePasswordNextSignIn: 'false' }), sealed, 'the sealed profile is whole')
  t.match(
    refusal(() => of('x ')),
    { code: 'ROW_INVALID', message: 'Initial password begins or ends with a blank.' },
  )
})

t.test('every header of our own exports is understood for the objects it lists', async t => {
  for (const { name, of, columns } of presets) {
    const operation = of.endsWith('groups')
      ? updateGroup
      : of === 'devices'
        ? undefined
        : of === 'members'
          ? addMember
          : updateUser
    if (!operation) continue
    const rows = rowsOf({
      operation,
      header: columns.map(({ header }) => header),
      given: ['group'].filter(() => of === 'members'),
    })
    t.ok(rows, name)
  }
})

t.test('random cells either become values or fail their row', async t => {
  const next = random(7)
  const cell = (): string => {
    const value = anyValue(next)
    return typeof value === 'string' ? value : cell()
  }
  const rows = rowsOf({ operation: updateUser })
  for (let at = 0; at < 3000; at++) {
    const row = {
      id: 'a',
      displayName: cell(),
      otherMails: cell(),
      accountEnabled: cell(),
      employeeHireDate: cell(),
      employeeOrgData: cell(),
    }
    try {
      const values = rows.valuesOf(row)
      t.strictSame(JSON.parse(JSON.stringify(values)), values)
    } catch (error) {
      if (!isCode(error, 'ROW_INVALID')) throw error
    }
  }
})
