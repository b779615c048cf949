/** A department: its share of the company, its division, and the titles of people without reports, most frequent first. */
interface Department {
  readonly name: string
  readonly weight: number
  readonly division: string
  readonly costCenter: string
  readonly titles: readonly string[]
}

const department = (
  name: string,
  weight: number,
  division: string,
  costCenter: string,
  titles: string,
): Department => ({
  name,
  weight,
  division,
  costCenter,
  titles: titles.split(', '),
})

/** Largest first. */
export const departments: readonly Department[] = [
  department(
    'Sales',
    22,
    'Commercial',
    'CC-4100',
    'Account Executive, Sales Representative, Inside Sales Representative, Key Account Manager, Sales Engineer',
  ),
  department(
    'Engineering',
    17,
    'Technology',
    'CC-2100',
    'Software Engineer, Senior Software Engineer, Principal Engineer, Test Engineer, Intern',
  ),
  department(
    'Manufacturing',
    14,
    'Operations',
    'CC-3100',
    'Machine Operator, Assembler, Shift Supervisor, Process Technician',
  ),
  department(
    'Customer Service',
    11,
    'Commercial',
    'CC-4300',
    'Support Agent, Customer Success Specialist, Support Engineer',
  ),
  department('Logistics', 8, 'Operations', 'CC-3200', 'Warehouse Clerk, Driver, Supply Planner'),
  department(
    'IT',
    6,
    'Technology',
    'CC-2200',
    'System Administrator, Service Desk Analyst, Network Engineer, Cloud Architect',
  ),
  department('Marketing', 5, 'Commercial', 'CC-4200', 'Marketing Specialist, Content Editor, Campaign Manager'),
  department('Finance', 5, 'Corporate', 'CC-1100', 'Accountant, Financial Analyst, Controller, Payroll Clerk'),
  department('Human Resources', 3, 'Corporate', 'CC-1200', 'HR Business Partner, Recruiter, HR Specialist'),
  department('Research & Development', 3, 'Technology', 'CC-2300', 'Scientist, Research Associate, Data Scientist'),
  department('Quality Assurance', 2, 'Operations', 'CC-3300', 'Quality Inspector, Quality Engineer'),
  department('Procurement', 1.5, 'Operations', 'CC-3400', 'Buyer, Category Manager'),
  department('Legal', 1, 'Corporate', 'CC-1300', 'Counsel, Paralegal, Contract Manager'),
  department('Facilities', 1, 'Corporate', 'CC-1400', 'Facility Technician, Receptionist'),
]

/** The department of the nine people at the top. */
export const executive = { name: 'Executive Office', division: 'Corporate', costCenter: 'CC-1000' } as const

/** Titles of the people who report to the top. */
export const chiefs: readonly string[] = [
  'Chief Financial Officer',
  'Chief Operating Officer',
  'Chief Information Officer',
  'Chief Technology Officer',
  'Chief People Officer',
  'Chief Marketing Officer',
  'General Counsel',
  'Chief Revenue Officer',
]
