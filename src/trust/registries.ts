/**
 * Second-level registries: domains such as `co.uk`, under which a country's registry lets anybody register.
 *
 * BR 3.2.2.6 forbids wildcards over them. Here stand the general words by country, as the ICANN section of the
 * Public Suffix List has them; the words of single registries and the list's private section are not here: a
 * wildcard such as `*.github.io` belongs to whoever runs that namespace.
 */
const countriesByWord: Readonly<Record<string, string>> = {
  ac: "ae at be ci cn cr cy fj gn id il im in ir jp ke kr lk ls ma me mu mw mz ni nz pa pr rs rw se sz th tj tz ug uk vn za zm zw",
  co: "ae ag am ao at bb bi bj bw ci cl cm cr gg gl gy hu id il im in ir it je jp ke kr lc ls ma me mg mu mw mz na ni nz om pn pw rs rw st sz th tj tm tt tz ug uk us uz ve vi za zm zw",
  com: "ac af ag ai al am ar au aw az ba bb bh bi bj bm bn bo br bs bt by bz ci cm cn co cu cv cw cy dm do dz ec ee eg es et fj fm fr ge gh gi gl gn gp gr gt gu gy hk hn hr ht im in io iq is jo kg ki km kp kw ky kz la lb lc lk lr lv ly mg mk ml mo ms mt mu mv mw mx my na nf ng ni nr om pa pe pf ph pk pl pr ps pt py qa re ro sa sb sc sd sg sh sl sn so ss st sv sy tj tm tn to tr tt tw ua ug uy uz vc ve vi vn vu ws ye zm",
  ne: "jp ke kr pw tz ug us",
  net: "ac ae af ag ai al am ar au az ba bb bh bj bm bn bo br bs bt bz ci cm cn co cu cw cy dm do dz ec eg et fj fm ge gg gl gn gp gr gt gu gy hk hn ht id il im in iq ir is je jo kg ki kn kw ky kz la lb lc lk lr ls lv ly ma me mk ml mo ms mt mu mv mw mx my mz nf ng ni nr nz om pa pe ph pk pl pn pr ps pt py qa rw sa sb sc sd sg sh sl so ss st sy th tj tm tn to tr tt tw ua uk uy uz vc ve vi vn vu ws ye za zm",
  or: "at bi ci cr id it jp ke kr mu na pw th tz ug us",
  org: "ac ae af ag ai al am ar au az ba bb bh bi bj bm bn bo br bs bt bw bz ci cn co cu cv cw cy dm do dz ec ee eg es et fj fm ge gg gh gi gl gn gp gr gt gu gy hk hn ht hu il im in iq ir is je jo kg ki km kn kp kw ky kz la lb lc lk lr ls lv ly ma me mg mk ml mn mo ms mt mu mv mw mx my mz na ng ni nr nz om pa pe pf ph pk pl pn pr ps pt py qa ro rs rw sa sb sc sd se sg sh sl sn so ss st sv sy sz tj tm tn to tr tt tw ua ug uk uy uz vc ve vi vn vu ws ye za zm zw",
};

/** Any second level of a country whose every second level is a registry. */
const closedCountries = /^[^.]+\.(?:bd|ck|er|fk|jm|kh|mm|np|pg)$/;

const registries: ReadonlySet<string> = new Set(
  Object.entries(countriesByWord).flatMap(([word, countries]) =>
    countries.split(" ").map((country) => `${word}.${country}`),
  ),
);

/** Whether `name`, in normal form, is a registry of two labels that is known here. */
export function isRegistry(name: string): boolean {
  return registries.has(name) || closedCountries.test(name);
}
