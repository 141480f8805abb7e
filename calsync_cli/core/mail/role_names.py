"""What servers and mail programs call the folders that have a role, in many languages: data for suggestions.

Of Outlook, Exchange and Kerio Connect, Gmail, Apple Mail, Thunderbird, Roundcube, cPanel and large providers. A name
that one of them uses for one role and another for another role (pt "Lixo", zh "垃圾箱") is in neither list.
The first of a role are what is taken where a server has two.
"""

from __future__ import annotations

from calsync_cli.core.mail.nouns import Role

_ARCHIVE = """
Archive | Archives | Archived | Archived Messages | Archived Mail | Archived Items | Mail Archive | Archief
Gearchiveerd | Gearchiveerde items | Archiv | Archivierte Nachrichten | Arxiu | Archivo | Archivos | Archivados
Archivio | Archiviati | Arquivo | Arquivos | Arquivadas | Arquivado | Arkiv | Arkiverat | Arkiveret | Arkivert
Arkisto | Arkistoitu | Archiwum | Zarchiwizowane | Archivní | Archív | Archívum | Arhivă | Arhiva | Arhiv
Arhīvs | Arhiiv | Archyvas | Arşiv | Arsip | Lưu trữ | Архив | Архивные | Архів | Архива | Αρχειοθήκη | Αρχείο
ארכיון | الأرشيف | أرشيف | بایگانی | アーカイブ | 存档 | 归档 | 封存 | 보관함 | 보관 | เก็บถาวร
"""

_DELETED = """
Trash | Deleted Items | Deleted Messages | Deleted | Bin | Deleted Mail | Trash Bin | Trashcan | Wastebasket
Rubbish | Verwijderde items | Verwijderde berichten | Verwijderd | Prullenbak | Prullenmand | Gelöschte Elemente
Gelöschte Objekte | Gelöschte Nachrichten | Gelöscht | Papierkorb | Éléments supprimés | Messages supprimés
Supprimés | Corbeille | Elementos eliminados | Elementos borrados | Mensajes eliminados | Eliminados | Papelera
Papelera de reciclaje | Posta eliminata | Elementi eliminati | Messaggi eliminati | Eliminati | Cestino
Itens Excluídos | Itens eliminados | Itens apagados | Mensagens Excluídas | Excluídos | Lixeira | Reciclagem
Elements suprimits | Suprimits | Paperera | Elemente șterse | Articole șterse | Coș de gunoi | Coș
Slettet post | Slettede elementer | Slettede beskeder | Slettede meldinger | Slettet | Papirkurv | Papirkurven
Søppelbøtte | Borttaget | Borttagna objekt | Borttagna | Papperskorg | Papperskorgen | Eydd atriði | Rusl
Poistetut | Poistetut kohteet | Poistetut viestit | Roskakori | Kustutatud | Kustutatud üksused | Prügikast
Dzēstie vienumi | Dzēstie | Atkritne | Ištrinti elementai | Ištrinti | Šiukšliadėžė | Šiukšlinė
Elementy usunięte | Usunięte wiadomości | Usunięte | Kosz | Odstraněná pošta | Odstraněné položky | Koš
Odstránené položky | Vymazané správy | Kôš | Törölt elemek | Törölt üzenetek | Törölt | Kuka | Lomtár
Izbrisane stavke | Izbrisano | Obrisane stavke | Smeće | Izbrisani elementi | Otpad | Kanta | Çöp Kutusu | Çöp
Silinmiş Öğeler | Silinmiş Postalar | Silinmiş İletiler | Silinenler | Item Terhapus | Pesan Terhapus | Sampah
Item Dipadam | Mục đã xóa | Thùng rác | Удаленные | Удалённые | Удаленные элементы | Корзина | Видалені
Видалені елементи | Кошик | Изтрити | Изтрити елементи | Кошче | Сметніца | Обрисане ставке | Смеће | Отпад
Διαγραμμένα | Διαγραμμένα στοιχεία | Κάδος απορριμμάτων | Απορρίμματα | פריטים שנמחקו | נמחקו | אשפה
דואר שנמחק | العناصر المحذوفة | المحذوفات | المهملات | سلة المهملات | موارد حذف شده | زباله‌دان | रद्दी | ट्रैश
削除済みアイテム | 削除済みメール | 削除済み | ゴミ箱 | ごみ箱 | 已删除邮件 | 已删除 | 已删除邮件夹 | 废件箱
废纸篓 | 回收站 | 刪除的郵件 | 刪除的項目 | 已刪除項目 | 垃圾桶 | 回收筒 | 지운 편지함 | 지운 편지 | 삭제된 항목
휴지통 | รายการที่ถูกลบ | รายการที่ลบ | ถังขยะ
"""

_SENT = """
Sent | Sent Items | Sent Messages | Sent Mail | Sent Mails | Sent Objects | Verzonden items
Verzonden berichten | Verzonden | Gesendete Elemente | Gesendete Objekte | Gesendete Nachrichten | Gesendet
Gesendete | Éléments envoyés | Messages envoyés | Envoyés | Objets envoyés | Elementos enviados
Mensajes enviados | Enviados | Correo enviado | Posta inviata | Elementi inviati | Messaggi inviati | Inviati
Inviata | Itens Enviados | Mensagens Enviadas | E-mails enviados | Enviadas | Correio enviado | Elements enviats
Enviats | Elemente trimise | Mesaje trimise | Trimise | Expediate | Sendt post | Sendte elementer
Sendte beskeder | Sendte meldinger | Sendt | Sendte | Skickat | Skickade objekt | Skickade | Sända objekt
Sända poster | Sända | Send atriði | Sendur póstur | Lähetetyt | Lähetetyt kohteet | Lähetetyt viestit
Saadetud | Saadetud üksused | Saadetud kirjad | Nosūtītie vienumi | Nosūtītās ziņas | Nosūtītie
Išsiųsti elementai | Išsiųstieji | Išsiųsti laiškai | Elementy wysłane | Wysłane wiadomości | Wysłane
Odeslaná pošta | Odeslané položky | Odeslané | Odoslaná pošta | Odoslané položky | Odoslané | Odoslaná
Elküldött elemek | Elküldött üzenetek | Elküldött | Elküldöttek | Poslane stavke | Poslano | Poslani elementi
Poslate stavke | Poslato | Poslane | Gönderilmiş Öğeler | Gönderilmiş Postalar | Gönderilmiş İletiler
Gönderilenler | Gönderilmiş | Item Terkirim | Pesan Terkirim | Terkirim | Item Dihantar | Mục đã gửi
Thư đã gửi | Đã gửi | Отправленные | Отправленные элементы | Надіслані | Надіслані елементи | Відправлені
Изпратени | Изпратени елементи | Изпратена поща | Пасланыя | Дасланыя | Послате ставке | Послато | Απεσταλμένα
Απεσταλμένα στοιχεία | Σταλθέντα | פריטים שנשלחו | נשלחו | דואר שנשלח | العناصر المرسلة | البريد المرسل
الرسائل المرسلة | المرسل | المرسلة | موارد ارسال شده | भेजे गए | भेजा गया | 送信済みアイテム | 送信済みメール
送信済み | 已发送邮件 | 已发送 | 已发送邮件夹 | 已发邮件 | 已发信息 | 寄件備份 | 已傳送的郵件 | 已寄出
寄件備份匣 | 보낸 편지함 | 보낸편지함 | 보낸 메일함 | 보낸메일함 | รายการที่ส่ง | รายการที่ถูกส่ง | ส่งแล้ว
จดหมายที่ส่งแล้ว
"""

_DRAFTS = """
Drafts | Draft | Draft Messages | Concepten | Concept | Entwürfe | Entwurf | Brouillons | Brouillon | Borradores
Borrador | Bozze | Bozza | Rascunhos | Rascunho | Esborranys | Zirriborroak | Ciorne | Schițe | Kladder | Kladde
Utkast | Drög | Luonnokset | Luonnos | Mustandid | Melnraksti | Juodraščiai | Wersje robocze | Kopie robocze
Szkice | Robocze | Koncepty | Rozepsané | Rozpracované | Piszkozatok | Vázlatok | Skice | Nacrti | Osnutki
U pripremi | Taslaklar | Taslak | Draf | Konsep | Konsepte | Bản nháp | Thư nháp | Bản thảo | Черновики
Чернетки | Чернови | Чарнавікі | Недовршене | Нацрти | Πρόχειρα | טיוטות | مسودات | المسودات | پیش نویسها
ड्राफ़्ट | 下書き | 草稿 | 草稿箱 | 草稿夹 | 草稿匣 | 임시 보관함 | 임시보관함 | ร่างจดหมาย | แบบร่าง | ฉบับร่าง
"""

_JUNK = """
Junk | Spam | Junk E-mail | Junk Email | Junk Mail | Bulk Mail | Bulk | Bulk E-mail | Spam Mail | Spambox
Spamverdacht | Ongewenste e-mail | Ongewenste mail | Ongewenst | Unerwünscht | Unerwünschte Werbung
Unerwünschte E-Mail | Courrier indésirable | Indésirables | Indésirable | Pourriel | Pourriels
Correo no deseado | Correo electrónico no deseado | No deseado | Correo basura | Posta indesiderata
Indesiderata | Lixo Eletrônico | Lixo electrónico | Lixo Eletrónico | E-mail de lixo | Correu brossa
Correu no desitjat | E-mail nedorit | Mesaje nedorite | Nedorite | Uønsket e-mail | Uønsket post | Uønsket mail
Uønsket e-post | Søppelpost | Søppel-e-post | Skräppost | Skräp | Ruslpóstur | Roskaposti | Rämpspost | Mēstules
Nevēlamais e-pasts | Nepageidaujamas el. paštas | Brukalas | Wiadomości-śmieci | Niechciane | Nevyžádaná pošta
Nevyžádané | Nevyžiadaná pošta | Levélszemét | Neželjena pošta | Neželena pošta | Bezvrijedna pošta
Önemsiz E-posta | İstenmeyen | İstenmeyen E-posta | Gereksiz | Gereksiz E-posta | Email Sampah | E-mel Sarap
Thư rác | Email rác | Нежелательная почта | Спам | Небажана пошта | Нежелана поща | Непожељна пошта
Ανεπιθύμητη αλληλογραφία | Ανεπιθύμητα | Ανεπιθύμητη | דואר זבל | זבל | البريد الإلكتروني غير الهام
البريد غير الهام | البريد المزعج | الرسائل العشوائية | هرزنامه | स्पैम | 迷惑メール | 垃圾邮件 | 垃圾郵件
垃圾電郵 | 정크 메일 | 스팸 메일함 | 스팸메일함 | 스팸 | อีเมลขยะ | จดหมายขยะ | สแปม
"""


def _split(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for line in text.splitlines() for name in line.split("|") if name.strip())


NAMES: dict[Role, tuple[str, ...]] = {
    Role.ARCHIVE: _split(_ARCHIVE),
    Role.DELETED: _split(_DELETED),
    Role.SENT: _split(_SENT),
    Role.DRAFTS: _split(_DRAFTS),
    Role.JUNK: _split(_JUNK),
}
"""Role → names, the usual ones first."""

_TELLING = """
Archive | Archief | Archiv | Archives | Archivio | Archivo | Trash | Prullenbak | Papierkorb | Corbeille | Papelera
Cestino | Drafts | Concepten | Entwürfe | Brouillons | Borradores | Bozze | Spam | Junk
"""

TELLING = frozenset(_split(_TELLING))
"""Single words that say enough where other words stand beside them. "Sent" and "bin" do not: "Sent to clients"."""
