"""Words that stand on made-up windows: short captions and running text in several scripts."""

from __future__ import annotations

from random import Random

CAPTIONS = {
    "en": (
        "OK|Cancel|Save|Save as…|Open|Close|Delete|Apply|Help|Yes|No|Next|Back|Finish|Install now|Remove|Browse…|Edit|"
        "Copy|Paste|Undo|Redo|Find|Replace all|Print…|Settings|Preferences|General|Advanced|Network|Sound|Display|"
        "Keyboard|Language|Printers|Users|About|Name|Address|E-mail|Password|City|Country|Phone|Remember me|"
        "Show hidden files|Start at login|Use a proxy|Dark theme|Small|Medium|Large|Left|Right|Centre|File|View|"
        "Tools|Window|New folder|Properties|Quality|Volume|Brightness|Size|Date|Type|Downloads|Documents|Music|"
        "Pictures|Learn more|Forgot your password?|Terms of use|Sign in|Log out|Retry|Skip|Update|Check for updates|"
        "Add account|Select all|Insert image|Play|Pause|Stop|Mute|Full screen|Zoom in|Export as PDF"
    ),
    "zh": (
        "确定|取消|保存|另存为…|打开|关闭|删除|应用|帮助|是|否|下一步|上一步|完成|立即安装|移除|浏览…|编辑|复制|粘贴|撤销|"
        "查找|全部替换|打印…|设置|首选项|常规|高级|网络|声音|显示|键盘|语言|打印机|用户|关于|姓名|地址|电子邮件|密码|城市|"
        "国家|电话|记住我|显示隐藏文件|登录时启动|使用代理|深色主题|小|中|大|左|右|居中|文件|视图|工具|窗口|新建文件夹|属性|"
        "质量|音量|亮度|大小|日期|类型|下载|文档|音乐|图片|了解更多|忘记密码？|使用条款|登录|注销|重试|跳过|更新|检查更新"
    ),
    "de": (
        "Abbrechen|Speichern|Speichern unter…|Öffnen|Schließen|Löschen|Übernehmen|Hilfe|Ja|Nein|Weiter|Zurück|"
        "Fertigstellen|Jetzt installieren|Entfernen|Durchsuchen…|Bearbeiten|Rückgängig|Suchen|Drucken…|Einstellungen|"
        "Allgemein|Erweitert|Netzwerk|Tastatur|Sprache|Drucker|Benutzer|Anschrift|Kennwort|Versteckte Dateien anzeigen|"
        "Beim Anmelden starten|Groß|Klein|Datei|Ansicht|Werkzeuge|Fenster|Neuer Ordner|Eigenschaften|Lautstärke|"
        "Helligkeit|Größe|Datum|Mehr erfahren|Nutzungsbedingungen|Anmelden|Überspringen|Aktualisieren"
    ),
    "fr": (
        "Annuler|Enregistrer|Enregistrer sous…|Ouvrir|Fermer|Supprimer|Appliquer|Aide|Oui|Non|Suivant|Précédent|"
        "Terminer|Installer|Parcourir…|Modifier|Rechercher|Imprimer…|Paramètres|Préférences|Général|Avancé|Réseau|"
        "Clavier|Langue|Imprimantes|Mot de passe|Afficher les fichiers cachés|Ouvrir au démarrage|Fichier|Affichage|"
        "Outils|Fenêtre|Nouveau dossier|Propriétés|Volume|Luminosité|Taille|En savoir plus|Se connecter|Réessayer"
    ),
    "ru": (
        "Отмена|Сохранить|Открыть|Закрыть|Удалить|Применить|Справка|Да|Нет|Далее|Назад|Готово|Установить|Обзор…|Правка|"
        "Найти|Печать…|Настройки|Общие|Дополнительно|Сеть|Клавиатура|Язык|Принтеры|Пароль|Показывать скрытые файлы|"
        "Запускать при входе|Файл|Вид|Сервис|Окно|Новая папка|Свойства|Громкость|Яркость|Размер|Подробнее|Войти"
    ),
    "ja": (
        "キャンセル|保存|開く|閉じる|削除|適用|ヘルプ|はい|いいえ|次へ|戻る|完了|インストール|参照…|編集|検索|印刷…|設定|一般|"
        "詳細|ネットワーク|キーボード|言語|プリンター|パスワード|隠しファイルを表示|ファイル|表示|ツール|ウィンドウ|音量|明るさ"
    ),
}
SENTENCES = {
    "en": (
        "The changes that you made will be lost if you do not save them.|Do you want to replace the file with the one "
        "that you are copying?|Choose how the program starts.|Your computer must restart to finish the updates.|"
        "Enter the password for this network.|3 of 12 files copied, about two minutes left.|This cannot be undone.|"
        "The server did not answer in time; check the connection and try again.|No devices were found.|Ready"
    ),
    "zh": (
        "如果不保存，您所做的更改将会丢失。|是否用正在复制的文件替换该文件？|选择程序的启动方式。|"
        "计算机必须重新启动才能完成更新。|"
        "请输入此网络的密码。|已复制 12 个文件中的 3 个，大约还剩两分钟。|此操作无法撤销。|"
        "服务器没有及时响应，请检查连接。|就绪"
    ),
    "de": (
        "Die Änderungen gehen verloren, wenn Sie sie nicht speichern.|Der Rechner muss neu gestartet werden.|"
        "Geben Sie das Kennwort für dieses Netzwerk ein.|Dies kann nicht rückgängig gemacht werden.|Bereit"
    ),
    "fr": (
        "Les modifications seront perdues si vous ne les enregistrez pas.|L'ordinateur doit redémarrer.|"
        "Saisissez le mot de passe de ce réseau.|Cette action est irréversible.|Prêt"
    ),
    "ru": (
        "Если не сохранить изменения, они будут потеряны.|Необходимо перезагрузить компьютер.|"
        "Введите пароль этой сети.|Это действие нельзя отменить.|Готово"
    ),
    "ja": "保存しない場合、変更は失われます。|更新には再起動が必要です。|パスワードを入力してください。|準備完了",
}


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANGUAGES = ("en", "en", "en", "zh", "zh", "de", "fr", "ru", "ja")
"""Drawn from evenly, so the first ones come more often."""

ICONS = _split(
    "document-new document-open document-save document-print edit-copy edit-cut edit-paste edit-undo "
    "edit-redo edit-find edit-delete list-add list-remove go-next go-previous go-up go-home view-refresh "
    "process-stop media-playback-start media-playback-pause audio-volume-high zoom-in zoom-out "
    "preferences-system open-menu help-about user-trash folder folder-open mail-send format-text-bold "
    "format-text-italic view-list view-grid window-close starred find-location camera-photo "
    "system-shutdown network-wireless printer computer star-new"
)
KEYS = _split(
    "0 1 2 3 4 5 6 7 8 9 + − × ÷ - * / = . , % ( ) √ π x² ^ ! C AC CE ± ⌫ ← → sin cos tan log ln mod MC MR M+ # <"
)
SHORT = _split("… + − - × ? ! … > < » « ↑ ↓ ✓ ✕ A B 1 2 3 10 … .. i")
"""What stands on keys and on small buttons."""
SIGNS = ("dialog-warning", "dialog-information", "dialog-error", "dialog-question")


def caption(dice: Random, language: str) -> str:
    """Return what may stand on a control."""
    if dice.random() < 0.06:
        return str(dice.randint(0, 9999)) if dice.random() < 0.5 else "".join(dice.choices("abcdefghimnorst", k=6))
    return dice.choice(CAPTIONS[language].split("|"))


def sentence(dice: Random, language: str) -> str:
    """Return running text: one or two sentences."""
    return " ".join(dice.sample(SENTENCES[language].split("|"), dice.choice((1, 1, 2))))
