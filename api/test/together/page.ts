import { together } from '../support/together.ts'

await together('page')
