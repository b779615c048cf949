/** Names and places of a company with people in several countries. */
interface Locale {
  readonly countries: readonly string[]
  readonly first: readonly string[]
  readonly last: readonly string[]
  readonly offices: readonly string[]
  readonly phone: string
}

const words = (text: string): readonly string[] => text.split(' ').map(word => word.replaceAll('_', ' '))

/** The first ones, German, are the most frequent. */
export const locales: readonly Locale[] = [
  {
    countries: ['DE', 'DE', 'DE', 'AT', 'CH'],
    first: words('Jürgen Käthe Björn Anna Lukas Marie Jörg Sören Ursula Günther Heike Friederike Max Lena Tobias Anke'),
    last: words('Müller Schröder Weiß Großmann Köhler Jäger Schäfer Schmidt Fischer Böhm Krüger Wagner Groß Lange'),
    offices: ['Berlin, Friedrichstraße 12', 'München\nGebäude B', 'Köln; Hohenzollernring 5', 'Wien', 'Zürich'],
    phone: '+49 30 ',
  },
  {
    countries: ['GB', 'GB', 'US', 'IE'],
    first: words('Oliver Siobhán Grace Harry Amelia Jack Chloë Zoe Liam Renée Noah Emma George Isla'),
    last: words('O’Brien Smith Taylor Evans Walker Wright Robinson Clarke Hughes Brontë MacDonald Hall Wood'),
    offices: ['London, 1 Angel Lane', 'Dublin', 'New York, "The Annex"', 'Leeds'],
    phone: '+44 20 ',
  },
  {
    countries: ['FR', 'FR', 'BE'],
    first: words('François Hélène Jean-Pierre Zoé Noël Mégane Gaëlle Théo Aurélie Rémi Inès Jérôme'),
    last: words('Lefèvre Dupré Béranger Garnier L’Écuyer Moreau Bénard Faÿ Le_Goff Chrétien Dubois Hébert'),
    offices: ['Paris, 8 rue de l’Élysée', 'Lyon', 'Bruxelles\n2e étage'],
    phone: '+33 1 ',
  },
  {
    countries: ['PL'],
    first: words('Łukasz Zofia Stanisław Małgorzata Paweł Agnieszka Grażyna Michał Józef Żaneta'),
    last: words('Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur'),
    offices: ['Kraków, ul. Prądnicka 7', 'Łódź', 'Wrocław'],
    phone: '+48 12 ',
  },
  {
    countries: ['TR'],
    first: words('Ayşe Çağlar Gülşen İbrahim Işıl Oğuz Ömer Şebnem Yiğit Zeynep'),
    last: words('Yılmaz Öztürk Şahin Çelik Yıldırım Aydın Özdemir Arslan Doğan Kılıç'),
    offices: ['İstanbul, Büyükdere Cad. 100', 'Ankara'],
    phone: '+90 212 ',
  },
  {
    countries: ['CZ', 'SK', 'HU'],
    first: words('Jiří Tomáš Eliška Zdeněk Kateřina László Árpád Zsófia Štěpán Ľubomír'),
    last: words('Dvořák Černý Novák Kučera Procházka Szőke Horváth Nagy Růžička Šťastný'),
    offices: ['Praha', 'Brno, Údolní 3', 'Budapest'],
    phone: '+420 2 ',
  },
  {
    countries: ['ES', 'PT', 'IT', 'BR'],
    first: words('José María Iñigo Begoña João Conceição Nicolò Chiara Jesús Inês Luca Ângela'),
    last: words('Muñoz Peña García Gonçalves D’Angelo Rossi Núñez Araújo Esposito Ibáñez'),
    offices: ['Madrid', 'Lisboa', 'Milano, via Roma 1', 'São Paulo'],
    phone: '+34 91 ',
  },
  {
    countries: ['SE', 'DK', 'NO', 'FI'],
    first: words('Åsa Søren Øyvind Märta Bjørn Päivi Lærke Göran Ingrid Tuomas'),
    last: words('Ångström Sørensen Ødegård Hämäläinen Åkesson Bergström Kjær Nyström Virtanen'),
    offices: ['Stockholm', 'København', 'Tromsø', 'Jyväskylä'],
    phone: '+46 8 ',
  },
]

export const departments = [
  'Sales',
  'Sales; DACH',
  'Finance',
  'IT Operations',
  'Research & Development',
  'R&D "Labs"',
  'Human Resources',
  'Legal, Risk and Compliance',
  'Einkauf & Logistik',
  'Marketing',
] as const

export const jobs = [
  'Sales Manager',
  'Account Manager, Key Accounts',
  'Sachbearbeiter/in (m/w/d)',
  'Engineer',
  'Senior Engineer',
  'Controller',
  'Ingénieur d’études',
  'HR Business Partner',
  'Head of "Digital"',
  'Service Desk Agent',
  'Lagerist',
  'Specjalista ds. zakupów',
] as const

const letters: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ł: 'l',
  ı: 'i',
  ø: 'o',
  æ: 'ae',
  å: 'aa',
}

/** Spells a name for a mailbox: a to z only. */
export const ascii = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFC')
    .replace(/[äöüßłıøæå]/g, letter => letters[letter]!)
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
