"""Small FEST files of our own invention, in the form of M30 (HIS 3020)."""

from __future__ import annotations

from pathlib import Path

M30 = "http://www.kith.no/xmlstds/eresept/m30/2014-12-01"
PRODUCTS = "http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01"


def fest_file(path: Path, *, prefixed: bool = True, more: int = 0, strength: str = "20") -> Path:
    """Writes a file with two brands, three packs (one gone, one whose brand is missing) and ``more`` packs."""
    m, f = ("m30:", "f:") if prefixed else ("", "")
    spaces = f'xmlns:m30="{M30}" xmlns:f="{PRODUCTS}"' if prefixed else f'xmlns="{M30}"'
    inner = "" if prefixed else f' xmlns="{PRODUCTS}"'

    def entry(kind: str, name: str, body: str, status: str = "A") -> str:
        return (
            f'<{m}Oppf{kind}><{m}Id>ID_V{abs(hash(body))}</{m}Id><{m}Tidspunkt>2026-03-01T00:00:00</{m}Tidspunkt>'
            f'<{m}Status V="{status}"/><{f}{name}{inner}>{body}</{f}{name}></{m}Oppf{kind}>'
        )  # fmt: skip

    def product(atc: str, substance: str, text: str) -> str:
        return (
            f'<{f}Atc V="{atc}" DN="{substance}"/><{f}NavnFormStyrke>{text}</{f}NavnFormStyrke>'
            f'<{f}LegemiddelformKort V="53" DN="Tablett"/>'
        )

    def brand(key: str, name: str, atc: str, substance: str) -> str:
        told = product(atc, substance, f"{name} tab {strength} mg")
        body = f"<{f}Id>ID_{key}</{f}Id>{told}<{f}Varenavn>{name}</{f}Varenavn>"
        return entry("LegemiddelMerkevare", "LegemiddelMerkevare", body)

    def pack(key: str, number: str, of: str, status: str = "A") -> str:
        body = (
            f"<{f}NavnFormStyrke>Pakning {number}</{f}NavnFormStyrke><{f}Id>ID_{key}</{f}Id>"
            f"<{f}Varenr>{number}</{f}Varenr>"
            f"<{f}Pakningsinfo><{f}RefLegemiddelMerkevare>ID_{of}</{f}RefLegemiddelMerkevare></{f}Pakningsinfo>"
            f"<{f}PakningByttegruppe><{f}RefByttegruppe>ID_X1</{f}RefByttegruppe></{f}PakningByttegruppe>"
        )
        return entry("Legemiddelpakning", "Legemiddelpakning", body, status)

    brands = brand("B1", "Prøvastatin", "C10AA01", "Simvastatin") + brand("B2", "Prøvfur", "C03CA01", "Furosemid")
    packs = [pack("P1", "990101", "B1"), pack("P2", "990102", "B7"), pack("P9", "990109", "B2", "U")]
    packs += [pack(f"N{n}", f"{100000 + n}", "B1") for n in range(more)]
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{m}FEST {spaces}>\n<{m}HentetDato>2026-03-01</{m}HentetDato>\n'
        f"<{m}KatLegemiddelMerkevare>{brands}</{m}KatLegemiddelMerkevare>\n"
        f"<{m}KatLegemiddelpakning>\n" + "\n".join(packs) + f"\n</{m}KatLegemiddelpakning>\n</{m}FEST>\n",
        encoding="utf-8",
    )
    return path
