/** A kind of device: the prefix of its names, and the properties that all of them share. */
export interface DeviceModel {
  readonly prefix: string
  readonly weight: number
  readonly system: string
  readonly versions: readonly string[]
  readonly maker: string
  readonly models: readonly string[]
  readonly trust: 'AzureAd' | 'ServerAd' | 'Workplace'
  readonly managed: boolean
  readonly enrollment: string | null
  /** Whether it may be a personal device. */
  readonly personal: boolean
  /** Whether it has an owner. */
  readonly owned: boolean
}

const windows = ['10.0.22631.4602', '10.0.26100.2605', '10.0.19045.5247', '10.0.22621.3007']
const model = (
  prefix: string,
  weight: number,
  [system, maker, trust, enrollment]: readonly [string, string, DeviceModel['trust'], string | null],
  versions: readonly string[],
  models: readonly string[],
  personal = false,
  owned = true,
): DeviceModel => ({
  prefix,
  weight,
  system,
  versions,
  maker,
  models,
  trust,
  managed: enrollment !== null,
  enrollment,
  personal,
  owned,
})

/** In the order of their prefixes (lower case, by code units). */
export const models: readonly DeviceModel[] = [
  model(
    'ANDROID-',
    7,
    ['Android', 'Samsung', 'Workplace', 'AndroidEnterpriseWorkProfile'],
    ['14', '15', '13.0'],
    ['SM-S921B', 'SM-A546B'],
    true,
  ),
  model('CPC-', 3, ['Windows', 'Microsoft Corporation', 'AzureAd', 'OnPremiseCoManaged'], windows, [
    'Cloud PC Enterprise 2vCPU/8GB/128GB',
  ]),
  model('DESKTOP-', 36, ['Windows', 'Dell Inc.', 'AzureAd', 'AzureDomainJoined'], windows, [
    'OptiPlex 7010',
    'OptiPlex 5000',
    'Precision 3660',
  ]),
  model(
    'IPAD-',
    3,
    ['IPad', 'Apple', 'Workplace', 'UserEnrollment'],
    ['17.6.1', '18.1'],
    ['iPad Air', 'iPad Pro'],
    true,
  ),
  model(
    'IPHONE-',
    13,
    ['iOS', 'Apple', 'Workplace', 'UserEnrollment'],
    ['17.6.1', '18.1', '18.2'],
    ['iPhone 13', 'iPhone 14', 'iPhone 15 Pro'],
    true,
  ),
  model('LAPTOP-', 22, ['Windows', 'LENOVO', 'AzureAd', 'AzureDomainJoined'], windows, [
    'ThinkPad X1 Carbon',
    'ThinkPad T14',
    '20XW005XMH',
  ]),
  model('LNX-', 1, ['Linux', 'Dell Inc.', 'Workplace', null], ['22.04', '24.04'], ['Precision 5570']),
  model(
    'MACBOOK-',
    6,
    ['MacMDM', 'Apple', 'Workplace', 'AppleBulkWithUser'],
    ['14.6.1', '15.1'],
    ['MacBook Pro', 'MacBook Air'],
  ),
  model(
    'SRV-',
    1,
    ['Windows Server', 'VMware, Inc.', 'ServerAd', null],
    ['10.0.20348', '10.0.17763'],
    ['VMware Virtual Platform'],
    false,
    false,
  ),
  model('WS-', 8, ['Windows', 'HP', 'ServerAd', null], windows, ['EliteDesk 800 G6', 'Z2 Tower G9']),
]
