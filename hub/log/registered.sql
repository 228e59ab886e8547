-- What the register says of the drugs that a document names: by FEST id, by varenummer of a pack, by brand or substance.
-- Of a substance or a brand one entry for each ATC code suffices; the lists ask nothing else of them.
SELECT kind, key, number, atc, name, text, substance, form, of, exchange, gone FROM drug_term
WHERE key = ANY(:keys) OR (kind = 'pack' AND number <> '' AND number = ANY(:numbers))
UNION
(SELECT DISTINCT ON (lower(name), atc) kind, 'NAME ' || lower(name) || ' ' || atc, '', atc, name, '', substance, '', '', '', gone FROM drug_term
 WHERE kind = 'brand' AND lower(name) = ANY(:names) ORDER BY lower(name), atc, key)
UNION
(SELECT DISTINCT ON (lower(substance), atc) 'name', 'NAME ' || lower(substance) || ' ' || atc, '', atc, '', '', substance, '', '', '', false FROM drug_term
 WHERE atc <> '' AND lower(substance) = ANY(:names) ORDER BY lower(substance), atc)
