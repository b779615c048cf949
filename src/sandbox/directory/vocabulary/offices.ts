/** A place where people work. Its data is consistent. */
export interface Office {
  readonly name: string
  readonly city: string
  readonly state: string | null
  readonly country: string
  readonly usageLocation: string
  readonly language: string
  readonly company: string
  readonly street: string
  readonly postalCode: string
  readonly phone: string
  /** Indices of namings (english, german, french, spanish, indian, italian, nordic, polish, dutch, eastern, slavic, greek, arabic). */
  readonly cultures: readonly number[]
  readonly weight: number
}

const office = (
  name: string,
  [city, state, country, usageLocation, language]: readonly [string, string | null, string, string, string],
  [company, street, postalCode, phone]: readonly [string, string, string, string],
  cultures: readonly number[],
  weight: number,
): Office => ({
  name,
  city,
  state,
  country,
  usageLocation,
  language,
  company,
  street,
  postalCode,
  phone,
  cultures,
  weight,
})

/** The company's offices. */
export const offices: readonly Office[] = [
  office(
    'SEA-18',
    ['Seattle', 'WA', 'United States', 'US', 'en-US'],
    ['Contoso Corp.', '4567 Main St', '98052', '+1 206 555'],
    [0],
    16,
  ),
  office(
    'NYC-3',
    ['New York', 'NY', 'United States', 'US', 'en-US'],
    ['Contoso Corp.', '11 Hudson Yards', '10001', '+1 212 555'],
    [0],
    11,
  ),
  office(
    'CHI-1',
    ['Chicago', 'IL', 'United States', 'US', 'en-US'],
    ['Contoso Corp.', '200 W Lake St', '60606', '+1 312 555'],
    [0],
    6,
  ),
  office(
    'AUS-2',
    ['Austin', 'TX', 'United States', 'US', 'en-US'],
    ['Contoso Corp.', '98 Congress Ave', '78701', '+1 512 555'],
    [0, 3],
    5,
  ),
  office(
    'TOR-1',
    ['Toronto', 'ON', 'Canada', 'CA', 'en-CA'],
    ['Contoso Canada Inc.', '81 Bay St', 'M5J 0E7', '+1 416 555'],
    [0, 2],
    3,
  ),
  office(
    'LON-4',
    ['London', null, 'United Kingdom', 'GB', 'en-GB'],
    ['Contoso UK Ltd', '2 Kingdom Street', 'W2 6BD', '+44 20 7946'],
    [0],
    9,
  ),
  office(
    'MAN-1',
    ['Manchester', null, 'United Kingdom', 'GB', 'en-GB'],
    ['Contoso UK Ltd', '3 Hardman Square', 'M3 3EB', '+44 161 496'],
    [0],
    2,
  ),
  office(
    'DUB-1',
    ['Dublin', null, 'Ireland', 'IE', 'en-IE'],
    ['Contoso Ireland DAC', '70 Sir Rogerson’s Quay', 'D02 R296', '+353 20 910'],
    [0],
    2,
  ),
  office(
    'MUC-2',
    ['München', 'Bayern', 'Germany', 'DE', 'de-DE'],
    ['Contoso Deutschland GmbH', 'Walter-Gropius-Straße 5', '80807', '+49 89 3176'],
    [1],
    8,
  ),
  office(
    'BER-1',
    ['Berlin', 'Berlin', 'Germany', 'DE', 'de-DE'],
    ['Contoso Deutschland GmbH', 'Unter den Linden 17', '10117', '+49 30 3909'],
    [1],
    4,
  ),
  office(
    'ZRH-1',
    ['Zürich', 'ZH', 'Switzerland', 'CH', 'de-CH'],
    ['Contoso Schweiz AG', 'The Circle 02', '8058', '+41 44 555'],
    [1, 2],
    2,
  ),
  office(
    'VIE-1',
    ['Wien', null, 'Austria', 'AT', 'de-AT'],
    ['Contoso Österreich GmbH', 'Am Euro Platz 3', '1120', '+43 1 610'],
    [1],
    1,
  ),
  office(
    'PAR-1',
    ['Paris', 'Île-de-France', 'France', 'FR', 'fr-FR'],
    ['Contoso France SAS', '37 quai du Président Roosevelt', '92130', '+33 1 99 00'],
    [2],
    6,
  ),
  office(
    'LYS-1',
    ['Lyon', null, 'France', 'FR', 'fr-FR'],
    ['Contoso France SAS', '40 quai Perrache', '69002', '+33 4 65 71'],
    [2],
    2,
  ),
  office(
    'MAD-1',
    ['Madrid', 'Madrid', 'Spain', 'ES', 'es-ES'],
    ['Contoso Ibérica S.L.', 'Paseo del Club Deportivo 1', '28223', '+34 91 555'],
    [3],
    5,
  ),
  office(
    'MEX-1',
    ['Ciudad de México', 'CDMX', 'Mexico', 'MX', 'es-MX'],
    ['Contoso México S. de R.L.', 'Av. Vasco de Quiroga 3200', '01210', '+52 55 5555'],
    [3],
    4,
  ),
  office(
    'MIL-1',
    ['Milano', 'MI', 'Italy', 'IT', 'it-IT'],
    ['Contoso Italia S.r.l.', 'Viale Pasubio 21', '20154', '+39 02 5550'],
    [5],
    5,
  ),
  office(
    'STO-1',
    ['Stockholm', null, 'Sweden', 'SE', 'sv-SE'],
    ['Contoso Nordic AB', 'Regeringsgatan 25', '111 53', '+46 8 5555'],
    [6],
    3,
  ),
  office(
    'CPH-1',
    ['København', null, 'Denmark', 'DK', 'da-DK'],
    ['Contoso Nordic AB', 'Kanalvej 7', '2800', '+45 45 55'],
    [6],
    2,
  ),
  office(
    'WAW-1',
    ['Warszawa', null, 'Poland', 'PL', 'pl-PL'],
    ['Contoso Polska sp. z o.o.', 'Aleje Jerozolimskie 195A', '02-222', '+48 22 555'],
    [7],
    3,
  ),
  office(
    'PRG-1',
    ['Praha', null, 'Czechia', 'CZ', 'cs-CZ'],
    ['Contoso Polska sp. z o.o.', 'Vyskočilova 1561/4a', '140 00', '+420 2 2555'],
    [7, 10],
    1,
  ),
  office(
    'AMS-1',
    ['Amsterdam', 'NH', 'Netherlands', 'NL', 'nl-NL'],
    ['Contoso Nederland B.V.', 'Evert van de Beekstraat 354', '1118 CZ', '+31 20 555'],
    [8],
    3,
  ),
  office(
    'BLR-7',
    ['Bengaluru', 'Karnataka', 'India', 'IN', 'en-IN'],
    ['Contoso India Pvt. Ltd.', 'Outer Ring Road 12', '560103', '+91 80 5555'],
    [4],
    8,
  ),
  office(
    'HYD-2',
    ['Hyderabad', 'Telangana', 'India', 'IN', 'en-IN'],
    ['Contoso India Pvt. Ltd.', 'ISB Road 54', '500032', '+91 40 5555'],
    [4],
    5,
  ),
  office(
    'TYO-1',
    ['Tokyo', '東京都', 'Japan', 'JP', 'ja-JP'],
    ['コントソ株式会社', '2-16-3 Konan', '108-0075', '+81 3 5555'],
    [9],
    3,
  ),
  office(
    'SIN-1',
    ['Singapore', null, 'Singapore', 'SG', 'en-SG'],
    ['Contoso Asia Pte Ltd', '182 Cecil Street', '069547', '+65 6555'],
    [9, 4],
    2,
  ),
  office(
    'ATH-1',
    ['Athens', null, 'Greece', 'GR', 'el-GR'],
    ['Contoso Ελλάς Α.Ε.', 'Kifisias 263', '14561', '+30 21 0555'],
    [11, 10],
    1,
  ),
  office(
    'DXB-1',
    ['Dubai', null, 'United Arab Emirates', 'AE', 'ar-AE'],
    ['Contoso Gulf FZ-LLC', 'Dubai Internet City 8', '52244', '+971 4 555'],
    [12, 4],
    1,
  ),
]
