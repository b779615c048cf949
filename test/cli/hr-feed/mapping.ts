/** A mapping file. `expected.ts` has the same rules. */
export const mapping = `import { column, constant, generated, hrFeed, join } from 'entrapipe/hr'
export default hrFeed({
  name: 'employees',
  scope: "companyName eq 'Nordlys'",
  person: 'EmpNo',
  match: ['employeeId'],
  rows: { effective: column('ValidFrom').date('dmy'), primary: column('MainJob').is('Y') },
  status: { from: 'Status', active: ['A'], leave: ['L'], leaver: ['T'] },
  hireDate: column('Hire').date('dmy'),
  lastDay: column('LastDay').date('dmy'),
  joiners: { createDaysBefore: 7, disabledUntilHireDate: true },
  onLeave: 'disable',
  leavers: { groups: 'given' },
  renames: true,
  account: {
    employeeId: 'EmpNo',
    companyName: constant('Nordlys'),
    givenName: 'First',
    surname: 'Last',
    displayName: join(' ', 'First', 'Last'),
    department: 'Dept',
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
    mailNickname: generated(['{givenName}.{surname}{n}']),
  },
  manager: 'Manager',
  groups: [
    { when: { department: 'Sales' }, group: 'Nordlys Sales' },
    { when: { department: 'IT' }, group: 'Nordlys IT' },
  ],
})
`
