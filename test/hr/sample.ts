import { column, firstOf, join } from '../../src/hr/values.ts'
import { generated } from '../../src/hr/generated.ts'
import { hrFeed } from '../../src/hr/hr-feed.ts'
import type { HrFeedOptions, Mapping } from '../../src/hr/mapping.ts'

/** A mapping that has everything, for tests that change a part of it. */
export const sampleOptions: HrFeedOptions = {
  name: 'employees',
  scope: "employeeType eq 'Employee'",
  person: 'EmpNo',
  match: ['employeeId'],
  rows: { effective: column('ValidFrom').date('dmy'), primary: column('Main').is('Y') },
  status: { from: 'Status', active: ['A'], leave: ['L'], leaver: ['T'] },
  hireDate: column('Hired').date('dmy'),
  lastDay: column('LastDay').date('dmy'),
  timeZone: 'Zone',
  joiners: { createDaysBefore: 14 },
  account: {
    employeeId: 'EmpNo',
    employeeType: firstOf(column('Type'), column('Kind')),
    givenName: column('First').trim(),
    surname: column('Last').trim(),
    displayName: join(' ', 'First', 'Last'),
    department: 'Dept',
    mobilePhone: column('Mobile').orClear(),
    'onPremisesExtensionAttributes/extensionAttribute1': 'CostCentre',
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
  },
  manager: 'Boss',
  groups: [{ when: { department: 'Sales' }, group: 'Sales team' }],
}

export const sample = (changes: Partial<HrFeedOptions> = {}): Mapping => hrFeed({ ...sampleOptions, ...changes })

/** A row of the feed. */
export const row = (cells: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  EmpNo: '007',
  Type: 'Employee',
  Kind: '',
  First: 'Ann',
  Last: 'Lee',
  Dept: 'Sales',
  Mobile: '',
  CostCentre: '',
  Status: 'A',
  Main: 'Y',
  ValidFrom: '',
  Hired: '',
  LastDay: '',
  Zone: '',
  Boss: '',
  ...cells,
})
