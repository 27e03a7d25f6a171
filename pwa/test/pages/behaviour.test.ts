// One build and one browser for all of them.
import '../look/behaviour/app.ts'
import '../look/behaviour/composer.ts'
import '../look/behaviour/entering.ts'
import '../look/behaviour/files.ts'
import '../look/behaviour/log.ts'
import '../look/behaviour/people.ts'
