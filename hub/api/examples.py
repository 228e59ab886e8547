"""The examples of the interface description: synthetic, valid, ours. The person was never born (month + 80)."""

from __future__ import annotations

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24">
  <MsgInfo>
    <Type V="LOG_UTSKRIVNINGSKLAR" DN="Melding om utskrivningsklar pasient"/>
    <MIGversion>v1.2 2006-05-24</MIGversion>
    <GenDate>2026-03-04T09:14:40</GenDate>
    <MsgId>6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10</MsgId>
    <Sender>
      <Organisation>
        <OrganisationName>Eksempel universitetssykehus HF</OrganisationName>
        <Ident><Id>8100001</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident>
        <Organisation>
          <OrganisationName>Indremedisin</OrganisationName>
          <Ident><Id>8100002</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident>
        </Organisation>
      </Organisation>
    </Sender>
    <Receiver>
      <Organisation>
        <OrganisationName>Eksempel kommune</OrganisationName>
        <Ident><Id>8200001</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident>
        <Organisation>
          <OrganisationName>Saksbehandling</OrganisationName>
          <Ident><Id>8200002</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident>
        </Organisation>
      </Organisation>
    </Receiver>
    <Patient>
      <FamilyName>Testpasient</FamilyName>
      <GivenName>Syntetisk</GivenName>
      <Ident><Id>17834110148</Id><TypeId V="FNR" S="2.16.578.1.12.4.1.1.8116" DN="Fødselsnummer"/></Ident>
    </Patient>
  </MsgInfo>
  <Document>
    <RefDoc>
      <IssueDate V="2026-03-04T09:14:01"/>
      <MsgType V="XML" DN="XML-instans"/>
      <Content>
        <pl:Pasientlogistikk xmlns:pl="http://www.kith.no/xmlstds/po/Pasientlogistikk/2012-04-01"
            xmlns="http://www.kith.no/xmlstds/po/poKomponent/2012-04-01"
            xmlns:fk="http://www.kith.no/xmlstds/felleskomponent1">
          <InformasjonOmForsendelsen><Forsendelsesstatus V="N" DN="Ny"/></InformasjonOmForsendelsen>
          <TilknyttetEnhet>
            <Kontaktenhet>
              <fk:OrganisationName>Indremedisinsk sengepost</fk:OrganisationName>
              <fk:Ident>
                <fk:Id>IMS1</fk:Id>
                <fk:TypeId V="LAV" S="2.16.578.1.12.4.1.1.9051" DN="Lokal identifikator for avdelinger"/>
              </fk:Ident>
            </Kontaktenhet>
          </TilknyttetEnhet>
          <AnsvarForRapport>
            <AnsvarligRapport>
              <fk:RoleToPatient V="9" S="2.16.578.1.12.4.1.1.9034" DN="Primærkontakt"/>
              <fk:FamilyName>Testpleier</fk:FamilyName>
              <fk:GivenName>Syntetisk</fk:GivenName>
              <fk:Ident>
                <fk:Id>9990001</fk:Id>
                <fk:TypeId V="HPR" S="2.16.578.1.12.4.1.1.8116" DN="HPR-nummer"/>
              </fk:Ident>
            </AnsvarligRapport>
          </AnsvarForRapport>
          <pl:MeldingUtskrivningsklarPasient>
            <TidsfestetHendelse>
              <Hendelsekode V="1" S="2.16.578.1.12.4.1.1.9121" DN="Pasient innlagt"/>
              <TidspunktForHendelse V="2026-03-01T11:30:00"/>
              <Anslag>false</Anslag>
            </TidsfestetHendelse>
            <TidsfestetHendelse>
              <Hendelsekode V="3" S="2.16.578.1.12.4.1.1.9121" DN="Pasient utskrivningsklar"/>
              <TidspunktForHendelse V="2026-03-04T09:00:00"/>
              <Anslag>false</Anslag>
            </TidsfestetHendelse>
          </pl:MeldingUtskrivningsklarPasient>
        </pl:Pasientlogistikk>
      </Content>
    </RefDoc>
  </Document>
</MsgHead>
"""

APPREC = """<?xml version="1.0" encoding="UTF-8"?>
<AppRec xmlns="http://www.kith.no/xmlstds/apprec/2012-02-15">
  <MsgType V="APPREC" DN="Applikasjonskvittering"/>
  <MIGversion>v1.1 2012-02-15</MIGversion>
  <GenDate>2026-03-04T09:15:02</GenDate>
  <Id>0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11</Id>
  <Sender><Role V="PRIM" DN="Primærmottaker"/>
    <HCP><Inst><Name>Eksempel kommune</Name><Id>8200001</Id><TypeId V="HER" DN="HER-id"/>
      <Dept><Name>Saksbehandling</Name><Id>8200002</Id><TypeId V="HER" DN="HER-id"/></Dept></Inst></HCP></Sender>
  <Receiver><Role V="AVS" DN="Avsender"/>
    <HCP><Inst><Name>Eksempel universitetssykehus HF</Name><Id>8100001</Id><TypeId V="HER" DN="HER-id"/>
      <Dept><Name>Indremedisin</Name><Id>8100002</Id><TypeId V="HER" DN="HER-id"/></Dept></Inst></HCP></Receiver>
  @STATUS@
  <OriginalMsgId>
    <MsgType V="LOG_UTSKRIVNINGSKLAR" DN="Melding om utskrivningsklar pasient"/>
    <IssueDate>2026-03-04T09:14:40</IssueDate>
    <Id>6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10</Id>
  </OriginalMsgId>
</AppRec>
"""

POSITIVE = APPREC.replace("@STATUS@", '<Status V="1" DN="OK"/>')
NEGATIVE = APPREC.replace(
    "@STATUS@",
    """<Status V="2" DN="Avvist"/>
  <Error V="E36" S="2.16.578.1.12.4.1.1.8221" DN="Pasientopplysninger er utilstrekkelige"
      OT="Pasienten mangler identifikator."/>""",
)
