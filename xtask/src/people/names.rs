//! Names in many scripts, each with the letters it has in an e-mail address.

/// A part of a name: as it is written, and in ASCII.
pub(super) type Part = (&'static str, &'static str);

/// How people are named somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    pub(super) given: &'static [Part],
    pub(super) family: &'static [Part],
    /// Whether the family's name comes first, without a space.
    pub(super) joined: bool,
}

const fn script(given: &'static [Part], family: &'static [Part]) -> Script {
    Script {
        given,
        family,
        joined: false,
    }
}

const fn joined(given: &'static [Part], family: &'static [Part]) -> Script {
    Script {
        given,
        family,
        joined: true,
    }
}

/// Latin letters are listed more than once, since most files hold more of them.
pub(super) const SCRIPTS: &[Script] = &[
    PLAIN, PLAIN, ACCENTS, ACCENTS, ACCENTS, CYRILLIC, GREEK, ARABIC, HEBREW, DEVANAGARI, CHINESE,
    JAPANESE, KOREAN, THAI, COMBINING,
];

const PLAIN: Script = script(
    &[
        ("Ann", "ann"),
        ("Grace", "grace"),
        ("Olivia", "olivia"),
        ("Jamal", "jamal"),
        ("Peter", "peter"),
        ("Mary Jane", "maryjane"),
        ("J. R.", "jr"),
        ("Jean-Luc", "jeanluc"),
        ("Siobhan", "siobhan"),
        ("Ted", "ted"),
    ],
    &[
        ("Lee", "lee"),
        ("O'Brien", "obrien"),
        ("D’Angelo", "dangelo"),
        ("Smith-Jones", "smithjones"),
        ("van der Berg", "vanderberg"),
        ("MacDonald", "macdonald"),
        ("Okafor", "okafor"),
        ("Taylor, Jr.", "taylor"),
        ("Nguyen", "nguyen"),
        ("de la Cruz", "delacruz"),
    ],
);

const ACCENTS: Script = script(
    &[
        ("Zoë", "zoe"),
        ("José", "jose"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Çağla", "cagla"),
        ("Þóra", "thora"),
        ("Ngọc Ánh", "ngocanh"),
        ("Jürgen", "juergen"),
        ("Štěpánka", "stepanka"),
        ("Amélie", "amelie"),
        ("Ión", "ion"),
        ("Mātīss", "matiss"),
    ],
    &[
        ("Müller", "mueller"),
        ("Nuñez", "nunez"),
        ("Wałęsa", "walesa"),
        ("Ångström", "angstrom"),
        ("Yıldız", "yildiz"),
        ("Guðmundsdóttir", "gudmundsdottir"),
        ("Nguyễn", "nguyen"),
        ("Strauß", "strauss"),
        ("Dvořák", "dvorak"),
        ("Lefèvre", "lefevre"),
        ("Ștefănescu", "stefanescu"),
        ("Sjöberg", "sjoeberg"),
    ],
);

const CYRILLIC: Script = script(
    &[
        ("Анна", "anna"),
        ("Дмитрий", "dmitry"),
        ("Олена", "olena"),
        ("Ђорђе", "djordje"),
        ("Наталія", "nataliia"),
        ("Ёла", "yola"),
    ],
    &[
        ("Иванова", "ivanova"),
        ("Шевченко", "shevchenko"),
        ("Јовановић", "jovanovic"),
        ("Ющенко", "yushchenko"),
        ("Достоевский", "dostoevsky"),
        ("Цветкова", "tsvetkova"),
    ],
);

const GREEK: Script = script(
    &[
        ("Γιώργος", "giorgos"),
        ("Ελένη", "eleni"),
        ("Οδυσσέας", "odysseas"),
        ("Σοφία", "sofia"),
    ],
    &[
        ("Παπαδόπουλος", "papadopoulos"),
        ("Νικολαΐδης", "nikolaidis"),
        ("Βλάχος", "vlachos"),
        ("Αγγελοπούλου", "angelopoulou"),
    ],
);

const ARABIC: Script = script(
    &[
        ("محمد", "mohammed"),
        ("فاطمة", "fatima"),
        ("عبد الله", "abdullah"),
        ("ليلى", "layla"),
        ("يوسف", "yusuf"),
    ],
    &[
        ("الأحمد", "alahmad"),
        ("بن سعيد", "bensaid"),
        ("الحسيني", "alhusseini"),
        ("قباني", "qabbani"),
        ("خوري", "khoury"),
    ],
);

const HEBREW: Script = script(
    &[
        ("נועה", "noa"),
        ("דוד", "david"),
        ("שָׂרָה", "sarah"),
        ("יצחק", "yitzhak"),
    ],
    &[
        ("כהן", "cohen"),
        ("לוי", "levi"),
        ("בן־גוריון", "bengurion"),
        ("מזרחי", "mizrahi"),
    ],
);

const DEVANAGARI: Script = script(
    &[
        ("प्रिया", "priya"),
        ("अर्जुन", "arjun"),
        ("कृष्णा", "krishna"),
        ("दीपिका", "deepika"),
    ],
    &[
        ("शर्मा", "sharma"),
        ("पटेल", "patel"),
        ("श्रीवास्तव", "srivastava"),
        ("गुप्ता", "gupta"),
    ],
);

const CHINESE: Script = joined(
    &[
        ("偉", "wei"),
        ("小明", "xiaoming"),
        ("秀英", "xiuying"),
        ("𠮷祥", "jixiang"),
        ("静", "jing"),
    ],
    &[
        ("王", "wang"),
        ("李", "li"),
        ("陳", "chen"),
        ("歐陽", "ouyang"),
        ("张", "zhang"),
    ],
);

const JAPANESE: Script = joined(
    &[
        ("さくら", "sakura"),
        ("健太", "kenta"),
        ("ユウコ", "yuko"),
        ("大輔", "daisuke"),
    ],
    &[
        ("佐藤", "sato"),
        ("髙橋", "takahashi"),
        ("渡邉", "watanabe"),
        ("鈴木", "suzuki"),
    ],
);

const KOREAN: Script = joined(
    &[
        ("민준", "minjun"),
        ("서연", "seoyeon"),
        ("지우", "jiwoo"),
        ("하늘", "haneul"),
    ],
    &[("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi")],
);

const THAI: Script = script(
    &[
        ("สมชาย", "somchai"),
        ("มาลี", "malee"),
        ("ณัฐพงษ์", "nattapong"),
        ("กิ่งแก้ว", "kingkaew"),
    ],
    &[
        ("ใจดี", "jaidee"),
        ("ศรีสุข", "srisuk"),
        ("วงศ์สวัสดิ์", "wongsawat"),
        ("แก้วมณี", "kaewmanee"),
    ],
);

/// Letters taken apart: the accent is a character of its own (and must arrive as one).
const COMBINING: Script = script(
    &[
        ("Zoe\u{308}", "zoe"),
        ("Jose\u{301}", "jose"),
        ("A\u{30a}sa", "asa"),
        ("Ngo\u{323}c", "ngoc"),
    ],
    &[
        ("Mu\u{308}ller", "mueller"),
        ("Nun\u{303}ez", "nunez"),
        ("Dvor\u{30c}a\u{301}k", "dvorak"),
        ("Nguye\u{302}\u{303}n", "nguyen"),
    ],
);
