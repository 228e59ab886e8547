-- id: V1
-- title: Sjekklisten fra Vel heim for epikrisen
-- unit: antall epikriser
-- population: gjeldende epikriser i avsluttede opphold
-- classes: present, weak, absent, n/a (dokumentert, mangelfullt, ikke funnet, ikke aktuelt)
-- counts: hver epikrise, i sin klasse, for hvert punkt
-- leaves out: opphold uten epikrise
-- source: forskrift 18.11.2011 nr. 1115 § 9; Vel heim
-- warning: Poengene gis av tekstlengde og ord, ikke av fagfolk. Metoden for punkt a var ulik ved sykehusene i Vel heim, så
-- de skal ikke legges sammen, og sykehus skal ikke sammenlignes.
-- version: 1
SELECT stays.id AS stay, item.key AS part, item.word AS class, false AS hit, true AS counts, false AS unknown,
    NULL::numeric AS value
FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'quality') AS content
CROSS JOIN jsonb_each_text(content->'items') AS item(key, word)
WHERE content->>'kind' = 'epikrise'
