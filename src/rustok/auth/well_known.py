"""Passwords of at least ten characters that stand on every attacker's first page."""

WELL_KNOWN = frozenset(
    """
    0123456789 0987654321 1029384756 1111111111 1122334455 1212121212 1231231231 123123123123
    123412341234 1234512345 12345678900 12345678910 1234567890 123456789a 123456789q 1234567891
    123456789123 1234qwerasdf 1357924680 147258369a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    1qazxsw23edc 2222222222 3333333333 5555555555 7777777777 9876543210 9999999999 987654321a
    a123456789 aa12345678 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcdefghij abcdefghijk
    admin12345 admin123456 administrator adminadmin alexander1 asdfasdfasdf asdfghjkl1 asdfghjkl;
    asdfghjklqwertyuiop azertyuiop basketball basketball1 bismillah123 blink182blink butterfly1
    carpediem1 changeme12 changeme123 changeme1234 charlie123 chocolate1 christopher cinderella
    computer123 correcthorsebatterystaple default123 dragon1234 elizabeth1 football123 football12
    forgetpassword fuckyou123 hello12345 hello123456 helloworld helloworld1 hellokitty123
    ihateyou123 iloveyou12 iloveyou123 iloveyou1234 iloveyou123456 iloveyou143 internet123
    introduction jordan2323 jesuschrist letmein123 letmein1234 liverpool1 liverpool123
    lovelylove manchester manchester1 manchesterunited masterpassword michael123 michelle123
    microsoft1 minecraft1 minecraft123 monkey1234 mypassword mypassword1 mypassword123
    newpassword nintendo64 nothing123 p@ssw0rd12 p@ssw0rd123 p@ssword12 p@ssword123
    pa$$w0rd123 passpasspass passw0rd12 passw0rd123 password00 password01 password10 password11
    password12 password123 password1234 password12345 password123456 password1! password12!
    password123! password2024 password2025 password2026 passwordpassword passwort12 passwort123
    passwort1234 poiuytrewq princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedcrfv
    qwer123456 qwer1234567 qwerasdfzxcv qwerty0123 qwerty1234 qwerty12345 qwerty123456
    qwerty1234567 qwerty123456789 qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop123
    qwertyuiop[] qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm samsung123 sammy12345
    secret1234 september1 shopping123 snowball123 spongebob1 starwars12 starwars123
    strongpassword summer2024 summer2025 summer2026 sunshine12 sunshine123 superman12 superman123
    supersecret test123456 test1234567 testpassword testtest12 testtest123 thisismypassword
    trustno1trustno1 unbelievable unknown123 valentina1 victoria12 volleyball welcome123
    welcome1234 welcome12345 whatever12 whatever123 winter2024 winter2025 winter2026 yourmom123
    zaq12wsxcde3 zaq1zaq1zaq1 zxcvbnm123 zxcvbnm123456 zxcvbnmasdfghjkl
    """.split()
)
