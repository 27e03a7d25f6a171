// One build and one browser for all of them.
import './behaviour/app.ts'
import './behaviour/composer.ts'
import './behaviour/entering.ts'
import './behaviour/files.ts'
import './behaviour/log.ts'
import './behaviour/people.ts'
