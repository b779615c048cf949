/** The 25 properties in the benchmark's pages: strings, nulls, a boolean, arrays. */
export const portalProperties = [
  'id',
  'userPrincipalName',
  'displayName',
  'surname',
  'mail',
  'givenName',
  'userType',
  'jobTitle',
  'department',
  'accountEnabled',
  'usageLocation',
  'streetAddress',
  'state',
  'country',
  'officeLocation',
  'city',
  'postalCode',
  'businessPhones',
  'mobilePhone',
  'otherMails',
  'ageGroup',
  'consentProvidedForMinor',
  'legalAgeGroupClassification',
  'companyName',
  'createdDateTime',
] as const

const given = ['Ann', 'José', 'Zoë', 'Mehmet', 'Łukasz', 'Priya', 'Chen', 'Fatima', 'Björn', 'Olga']
const family = ['Meyer', 'O’Neill', 'García', 'Yılmaz', 'Kowalski', 'Patel', 'Wang', 'Haddad', 'Sjöberg', 'Ivanova']
const jobs = ['Engineer', 'Account Manager, Key Accounts', 'Analyst', 'Head of "Special" Projects', 'Nurse', 'Clerk']
const departments = ['Sales', 'Research & Development', 'Finance', 'HR', 'Legal', 'Operations']

/** Group `n`, without its id. */
export const groupOf = (n: number): Record<string, unknown> => ({
  id: '',
  displayName: `Group ${n} of ${departments[n % departments.length]}`,
  description: n % 3 === 0 ? null : 'A group of the benchmark',
  groupTypes: n % 2 === 0 ? ['Unified'] : [],
  mail: null,
  mailEnabled: n % 2 === 0,
  mailNickname: `group${n}`,
  securityEnabled: n % 2 === 1,
  visibility: n % 2 === 0 ? 'Private' : null,
  createdDateTime: '2020-02-03T10:11:12Z',
})

/** User `n`, with the properties of `portalProperties`. The wire server replaces the name, the date and the id. */
export const userOf = (n: number, id: string): Record<string, unknown> => {
  const first = given[n % given.length]!
  const last = family[Math.floor(n / 7) % family.length]!
  const name = `user${n.toString(36)}@contoso.example`
  return {
    userPrincipalName: name,
    displayName: `${first} ${last}`,
    surname: last,
    mail: n % 11 === 0 ? null : name,
    givenName: first,
    userType: n % 20 === 0 ? 'Guest' : 'Member',
    jobTitle: jobs[n % jobs.length],
    department: departments[n % departments.length],
    accountEnabled: n % 9 !== 0,
    usageLocation: 'DE',
    streetAddress: `${n % 200} Hauptstraße`,
    state: n % 3 === 0 ? null : 'Bayern',
    country: 'Germany',
    officeLocation: `${n % 30}/${n % 400}`,
    city: 'München',
    postalCode: `80${String(n % 1000).padStart(3, '0')}`,
    businessPhones: [`+49 89 ${n % 1_000_000}`],
    mobilePhone: n % 2 === 0 ? null : `+49 151 ${n % 1_000_000}`,
    otherMails: [],
    ageGroup: null,
    consentProvidedForMinor: null,
    legalAgeGroupClassification: null,
    companyName: 'Contoso',
    createdDateTime: '2019-04-17T08:31:05Z',
    id,
  }
}
