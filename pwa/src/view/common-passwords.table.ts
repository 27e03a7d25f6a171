/** What is guessed first: the head of every list of leaked passwords, without its variations in digits and signs. */
export const COMMON_PASSWORDS = `123456 1234567 12345678 123456789 1234567890 12345 123123 111111 000000 654321 666666 888888 121212 112233 123321
  password passwort passw0rd p@ssword p@ssw0rd qwerty qwertyuiop qwertz qwert asdfgh asdfghjkl zxcvbn zxcvbnm 1q2w3e4r
  1qaz2wsx qazwsx abc abcd abc123 abcdef abcdefg iloveyou letmein welcome willkommen admin administrator root login
  master monkey dragon sunshine princess football baseball basketball soccer hockey superman batman spiderman pokemon
  shadow michael jordan charlie daniel jessica ashley jennifer thomas andrew joshua matthew nicole hannah george
  trustno starwars whatever freedom secret secrets geheim hallo hello hello123 test testing test123 guest default
  changeme computer internet samsung google facebook killer ninja azerty mustang access flower cheese summer winter
  spring autumn sommer schatz ficken arschloch bailey buster pepper ginger cookie chocolate banana lovely loveme love
  family friends angel jesus blessed matrix phoenix corvette mercedes ferrari yellow purple orange silver diamond
  chatroom chat-room chat room ourroom private family friends party correcthorsebatterystaple
  p455w0rd pass pass123 1234 4321 987654321 aa123456 a123456 123qwe qwe123 zaq12wsx q1w2e3r4`
